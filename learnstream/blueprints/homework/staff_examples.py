"""Examples of submissions as the staff see them."""

from learnstream.web import cast

GRADE_BODY = {"points": 8.5, "comment": "Well observed.", "private_note": ""}
RUBRIC = [
    {
        "id": "shape",
        "title": "Shape",
        "description": "Is the lit part on the right side?",
        "levels": [{"id": "none", "title": "No", "points": 0}, {"id": "all", "title": "Yes", "points": 6}],
    },
    {
        "id": "notes",
        "title": "Notes",
        "description": "",
        "levels": [{"id": "some", "title": "Some", "points": 2.5}, {"id": "all", "title": "All", "points": 4}],
    },
]
LISTED = {
    "id": cast.SUBMISSION_ID,
    "course_id": cast.COURSE_ID,
    "lesson_id": cast.ASSIGNMENT_LESSON_ID,
    "anonymous": False,
    "user_id": cast.LEARNER_ID,
    "name": cast.LEARNER["name"],
    "number": 1,
    "state": "submitted",
    "superseded": False,
    "submitted_at": cast.BEGAN_AT,
    "due_at": cast.CLOSES_AT,
    "late_seconds": 0,
    "penalty": 0.0,
    "points": 8.5,
    "reduced_points": 8.5,
    "max_points": 10.0,
    "graded_by": cast.INSTRUCTOR["id"],
    "graded_at": cast.COMPLETED_AT,
    "released_at": None,
    "returned_at": None,
    "claimed_by": None,
    "claimed_until": None,
    "revision": 3,
}
GRADE = {
    "points": 8.5,
    "max_points": 10.0,
    "levels": {"shape": "all", "notes": "some"},
    "comment": "Well observed.",
    "private_note": "",
    "by": cast.INSTRUCTOR["id"],
    "at": cast.COMPLETED_AT,
    "revision": 1,
}
CHANGE = {
    "cause": "graded",
    "by": cast.INSTRUCTOR["id"],
    "at": cast.COMPLETED_AT,
    "reason": None,
    "grade": None,
    "late_seconds": 0,
    "penalty": 0.0,
}
SUBMISSION = LISTED | {
    "text": "It waxes from the right.",
    "url": None,
    "files": [{"file_id": cast.DOCUMENT_ID, "name": "Moon.pdf", "size": cast.DOCUMENT_SIZE, "type": "application/pdf"}],
    "digest": "5f3c9a1e7b2d4c605f3c9a1e7b2d4c60",
    "rubric": RUBRIC,
    "grade": GRADE,
    "return_comment": None,
    "history": [CHANGE],
    "submissions": [LISTED],
}
RETURN_COMMENT = "The second page is missing."
RETURNED_NOW = {"state": "returned", "returned_at": cast.COMPLETED_AT, "revision": 4}
RETURNED = SUBMISSION | {
    **RETURNED_NOW,
    "return_comment": RETURN_COMMENT,
    "history": [CHANGE, CHANGE | {"cause": "returned", "reason": RETURN_COMMENT, "grade": GRADE}],
    "submissions": [LISTED | RETURNED_NOW],
}
