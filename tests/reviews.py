"""Helpers that write reviews."""

from datetime import timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course, Review
from learnstream.documents.base import Document
from learnstream.documents.rating import unrated
from learnstream.models import Role
from learnstream.services.reviews import subjects, writing
from tests.factories import CreatedCourse, Person, make_person, make_seat
from tests.learning import complete


def review(
    learner: Person, course: CreatedCourse, stars: int = 5, text: str = "Clear.", *, anonymous: bool = False, days_ago=0
) -> str:
    """Store a learner's review of a course, whatever their progress. Return its id."""
    given: writing.Given = {"stars": stars, "text": text, "anonymous": anonymous}
    saved, _, _ = writing.save(subjects.course(course.id), author_id=learner.id, given=given, progress_percent=40)
    if days_ago:
        written = {"created_at": now() - timedelta(days=days_ago)}
        Review.collection().update_one({"_id": saved["_id"]}, {"$set": written})
    return str(saved["_id"])


def review_book(person: Person, book_id: str, stars: int = 5, text: str = "A classic.") -> str:
    """Store a person's review of a book. Return its id."""
    given: writing.Given = {"stars": stars, "text": text, "anonymous": False}
    saved, _, _ = writing.save(subjects.book(book_id), author_id=person.id, given=given, progress_percent=None)
    return str(saved["_id"])


def begun(course: CreatedCourse, name: str = "Lea", **seat) -> Person:
    """Create a learner who has done a third of a course."""
    person = make_person(Role.STUDENT, name)
    make_seat(person, course, **seat)
    complete(person, course, course.text)
    return person


def put_review(client, learner: Person, course: CreatedCourse, status=None, headers=None, **body):
    """Review a course; return the response."""
    response = client.put(f"/courses/{course.id}/reviews/mine", json={"stars": 5} | body, headers=headers, auth=learner)
    assert response.status_code == status or (status is None and response.status_code in {200, 201}), response.json
    return response


def reviews_of(client, course: CreatedCourse, **query) -> list[dict]:
    """Return what everybody sees of the reviews of a course."""
    response = client.get(f"/courses/{course.id}/reviews", query_string=query)
    assert response.status_code == 200, response.json
    return response.json


def rating_of(course: CreatedCourse, document: type[Document] = Course) -> dict:
    """Return the stored rating of a course."""
    return document.collection().find_one({"_id": ObjectId(course.id)}).get("rating", unrated())


def counted_anew(course: CreatedCourse) -> list[int]:
    """Return how many of the reviews of a course that count have one star, two, up to five."""
    found = Review.collection().find({"subject_id": ObjectId(course.id), "removed": {"$ne": True}, "hidden": None})
    stars = [each["stars"] for each in found]
    return [stars.count(number) for number in range(1, 6)]
