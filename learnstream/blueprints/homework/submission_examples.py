"""Examples of learners' own submissions."""

from typing import Any

from learnstream.web import cast

FILE = {"file_id": cast.SUBMITTED_FILE_ID, "name": "Moon diary.pdf", "size": 182_044, "type": "application/pdf"}
CONTENT = {"text": "The sun lights it.", "url": None, "files": [FILE]}
SAVE = {"text": "The sun lights it.", "file_ids": [cast.SUBMITTED_FILE_ID]}
DRAFT = {"number": 1, **CONTENT, "saved_at": cast.WATCHED_AT}
RECEIPT = {
    "id": cast.SUBMISSION_ID,
    "number": 1,
    "state": "submitted",
    "submitted_at": cast.COMPLETED_AT,
    "digest": "5d41402abc4b2a76b9719d911017c592",
    "due_at": cast.ASSIGNMENT_DUE_AT,
    "late_seconds": 0,
    "penalty": 0.0,
}
GRADE: dict[str, Any] = {
    "points": 8.5,
    "raw_points": 8.5,
    "max_points": 10.0,
    "levels": None,
    "rubric": [],
    "comment": "Well observed.",
    "released_at": cast.COMPLETED_AT,
}
OVERVIEW = {
    "lesson_id": cast.ASSIGNMENT_LESSON_ID,
    "course_id": cast.COURSE_ID,
    "draft": None,
    "submissions": [RECEIPT | CONTENT | {"grade": GRADE, "returned_at": None, "return_comment": None}],
    "may_submit": False,
    "reason": "not_open_again",
    "due_at": cast.ASSIGNMENT_DUE_AT,
    "accepted_until": cast.ASSIGNMENT_DUE_AT,
    "attempts_left": 2,
    "server_time": cast.COMPLETED_AT,
}
