"""Examples of grading settings."""

from learnstream.errors.grading import InvalidGrading
from learnstream.web import cast

GRADING = {
    "categories": [
        {"id": "tests", "title": "Tests", "weight": 40, "drop_lowest": 0},
        {"id": "homework", "title": "Homework", "weight": 60, "drop_lowest": 0},
    ],
    "lessons": {cast.QUIZ_LESSON_ID: {"category_id": "tests", "extra_credit": False}},
    "missing": "zero_after_due",
    "pass_fraction": 0.6,
    "scale": [{"label": "A", "from": 0.9}, {"label": "B", "from": 0.8}, {"label": "C", "from": 0.6}],
    "completion_fraction": None,
    "decimals": 1,
}
UNKNOWN_LESSON = InvalidGrading({"lessons": {cast.LESSON_ID: ["Not a lesson of this course that is graded."]}})
