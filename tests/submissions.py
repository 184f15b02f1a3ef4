"""Submissions as they are stored, and helpers that grade them as staff do."""

from bson import Decimal128, ObjectId

from learnstream.clock import now
from learnstream.documents import Course, Lesson, Submission
from learnstream.documents.submission import SubmissionState


def store_submission(person, lesson, number=1, *, penalty=None, **fields):
    """Store what a learner handed in in a lesson, without the checks of handing in. Return its id."""
    draft = Lesson.collection().find_one({"_id": ObjectId(lesson.id)})
    moment = now()
    document = {
        "_id": ObjectId(),
        "user_id": person.id,
        "course_id": draft["course_id"],
        "lesson_id": draft["_id"],
        "assignment_id": draft["assignment_id"],
        "version": Course.collection().find_one({"_id": draft["course_id"]})["current_version"],
        "number": number,
        "state": SubmissionState.SUBMITTED.value,
        "text": f"Text {number}",
        "files": [],
        "saved_at": moment,
        "submitted_at": moment,
        "digest": "0" * 32,
        "late_seconds": 0,
        "penalty": Decimal128(str(penalty or 0)),
        "superseded": False,
        "history": [],
        "completion_due": False,
        "revision": 2,
        **fields,
    }
    Submission.collection().insert_one(document)
    return str(document["_id"])


def stored(submission_id):
    """Return a submission as it is stored."""
    return Submission.collection().find_one({"_id": ObjectId(submission_id)})


def grade(client, person, submission_id, points=None, *, status=200, revision=None, **body):
    """Grade a submission; return the response's body. revision: the one that `If-Match` names."""
    headers = {} if revision is None else {"If-Match": f'"{revision}"'}
    given = body if points is None else {"points": points, **body}
    response = client.put(f"/submissions/{submission_id}/grade", json=given, auth=person, headers=headers)
    assert response.status_code == status, response.json
    return response.json


def read_submission(client, person, submission_id, status=200):
    """Return a submission as staff see it."""
    response = client.get(f"/submissions/{submission_id}", auth=person)
    assert response.status_code == status, response.json
    return response.json


def release(client, person, lesson, status=200, **body):
    """Release grades of a lesson; return how many there were."""
    response = client.post(f"/lessons/{lesson.id}/grades/release", json=body, auth=person)
    assert response.status_code == status, response.json
    return response.json.get("released")
