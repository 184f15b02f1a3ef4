"""Writing a review among many of the same course."""

from bson import ObjectId

from learnstream.documents import Review
from learnstream.documents.base import ensure_indexes
from learnstream.models import Role
from tests.factories import make_course, make_person
from tests.reviews import review


def test_a_review_among_many_of_its_course_examines_a_few(plans, owner, course):
    ensure_indexes()
    people = [make_person(Role.STUDENT) for _ in range(3)]
    for number in range(3):
        small = make_course(owner, title=f"Course {number}")
        for person in people:
            review(person, small, number + 1)
    review(people[0], course, 1)
    template = Review.collection().find_one({"subject_id": ObjectId(course.id)})
    Review.collection().insert_many(
        template | {"_id": ObjectId(), "user_id": 10_000_000 + number} for number in range(3000)
    )

    with plans:
        for stars in (2, 3, 4):
            for person in people:
                review(person, course, stars)

    assert plans.scans == []
    assert plans.examined("reviews") < 200
