"""Helpers that create assignments and hand in homework."""

from bson import Decimal128, ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind, Submission
from learnstream.models import Role
from learnstream.schemas.authoring.assignment import AssignmentInputSchema
from learnstream.services.authoring import assignment_drafts
from learnstream.services.authoring.lessons import create as create_lesson_draft
from tests.factories import CreatedCourse, CreatedLesson, Person, make_person, make_seat, owner_of, publish

# Worth 10 points.
RUBRIC = [
    {
        "id": "facts",
        "title": "Facts",
        "levels": [
            {"id": "none", "title": "Wrong", "points": 0},
            {"id": "some", "title": "Some", "points": 2.5},
            {"id": "all", "title": "All", "points": 6},
        ],
    },
    {
        "id": "style",
        "title": "Style",
        "levels": [{"id": "poor", "title": "Poor", "points": 1}, {"id": "good", "title": "Good", "points": 4}],
    },
]


def make_assignment_lesson(
    course: CreatedCourse, *, title: str = "Homework", published: bool = True, **settings
) -> CreatedLesson:
    """Add an assignment lesson to a course and publish it. `settings` are those of `PUT /lessons/{id}/assignment`.

    It is worth 10 points by default. `completion` is the lesson's rule.
    """
    completion = settings.pop("completion", None)
    lesson = create_lesson_draft(
        course_id=course.id, created_by=owner_of(course), title=title, kind=LessonKind.ASSIGNMENT, completion=completion
    )
    made = CreatedLesson(str(lesson["_id"]), title, LessonKind.ASSIGNMENT)
    put_assignment(made, **settings)
    if published:
        publish(course)
    return made


def put_assignment(lesson: CreatedLesson, **settings) -> None:
    """Set the assignment of a lesson's draft."""
    assignment_drafts.save(lesson.id, AssignmentInputSchema().load({"points": 10, **settings}))


def learner_of(course: CreatedCourse, name: str = "Lea", **seat) -> Person:
    """Create a student who is enrolled in a course."""
    person = make_person(Role.STUDENT, name)
    make_seat(person, course, **seat)
    return person


def hand_in(client, learner: Person, lesson: CreatedLesson, text="The sun lights it.", status=201, **content) -> dict:
    """Save a draft and hand it in; return the receipt."""
    save_draft(client, learner, lesson, text=text, **content)
    response = client.post(f"/lessons/{lesson.id}/submission/submit", auth=learner)
    assert response.status_code == status, response.json
    return response.json


def save_draft(client, learner: Person, lesson: CreatedLesson, status=200, headers=None, **content):
    """Save a draft; return the response."""
    response = client.put(f"/lessons/{lesson.id}/submission", json=content, headers=headers, auth=learner)
    assert response.status_code == status, response.json
    return response


def submissions_of(client, learner: Person, lesson: CreatedLesson) -> dict:
    """Return what a learner sees of their submissions in a lesson."""
    response = client.get(f"/lessons/{lesson.id}/submission", auth=learner)
    assert response.status_code == 200, response.json
    return response.json


def grade(submission: dict, points, *, released=True, comment="", private_note="") -> None:
    """Store the grade of a submission, and release it, without the marker's operations."""
    stored = Submission.collection().find_one({"_id": ObjectId(submission["id"])})
    moment = now()
    given = {
        "points": Decimal128(str(points)),
        "max_points": Decimal128("10"),
        "levels": None,
        "comment": comment,
        "by": 1,
        "at": moment,
        "assignment_id": stored["assignment_id"],
        "revision": 1,
    }
    seen = {"released": given | {"released_at": moment}} if released else {}
    changes = {"grade": given | {"private_note": private_note}, "completion_due": True, **seen}
    Submission.collection().update_one({"_id": stored["_id"]}, {"$set": changes, "$inc": {"revision": 1}})
