"""Examples of assignments."""

from learnstream.errors.assignment_lessons import AssignmentNotPublishable, InvalidAssignment, NoAssignmentToPublish
from learnstream.web import cast

RULES = {
    "points": 10,
    "due": {"at": cast.DUE_AT},
    "accepted_until": {"at": cast.ACCEPTED_UNTIL},
    "late": {"percent": 10, "per": "day", "floor_percent": 50},
    "kinds": ["text", "files"],
    "max_files": 5,
    "max_bytes": 10_000_000,
    "types": ["application/pdf", "image/jpeg", "image/png"],
    "max_length": 20_000,
    "attempts_allowed": 3,
    "resubmit": "until_graded",
    "anonymous": False,
    "release": "held",
    "pass_fraction": 0.5,
}
RUBRIC = [
    {
        "id": "drawings",
        "title": "Drawings",
        "description": "Do they show what was to be seen?",
        "levels": [
            {"id": "few", "title": "Fewer than ten", "points": 0},
            {"id": "many", "title": "Ten or more", "points": 4},
            {"id": "all", "title": "Each clear night", "points": 6},
        ],
    },
    {
        "id": "conclusion",
        "title": "Conclusion",
        "description": "",
        "levels": [
            {"id": "absent", "title": "Absent", "points": 0},
            {"id": "reasoned", "title": "With reasons", "points": 4},
        ],
    },
]
INSTRUCTIONS = "Draw the moon on each clear night of a month. *What changes, and why?*"
SETTINGS = {**RULES, "instructions": INSTRUCTIONS, "attachments": [cast.ATTACHMENT_ID], "rubric": RUBRIC}
ASSIGNMENT = {"lesson_id": cast.ASSIGNMENT_LESSON_ID, **SETTINGS}
DUE_TOO_EARLY = InvalidAssignment({"due": ["Must not be before the lesson opens."]})
NO_ASSIGNMENT = NoAssignmentToPublish(
    lessons=[{"id": cast.ASSIGNMENT_LESSON_ID, "title": cast.ASSIGNMENT_LESSON_TITLE}]
)
NOT_PUBLISHABLE = AssignmentNotPublishable(
    assignments=[
        {
            "lesson_id": cast.ASSIGNMENT_LESSON_ID,
            "title": cast.ASSIGNMENT_LESSON_TITLE,
            "code": "due_before_release",
            "detail": "The assignment is due before the lesson opens.",
        }
    ]
)
