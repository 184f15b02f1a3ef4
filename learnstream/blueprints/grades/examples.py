"""Examples of grades and totals."""

from learnstream.blueprints.learning.examples import CARD
from learnstream.web import cast

TOTAL = {"percent": 86, "label": "B", "passed": True, "marked": 2, "lesson_count": 2}
FLAGS = {"handed_in": True, "awaiting": False, "overridden": False, "held": False, "anonymous": False}
QUIZ_CELL = {"lesson_id": cast.QUIZ_LESSON_ID, "part": "counted", "points": 8, "max_points": 10, **FLAGS}
HOMEWORK_CELL = {"lesson_id": cast.ASSIGNMENT_LESSON_ID, "part": "counted", "points": 18, "max_points": 20, **FLAGS}
TESTS = {"id": "tests", "points": 8, "max_points": 10, "percent": 80, "weight_percent": 40}
HOMEWORK = {"id": "homework", "points": 18, "max_points": 20, "percent": 90, "weight_percent": 60}
COURSE_GRADES = TOTAL | {
    "course_id": cast.COURSE_ID,
    "version": 2,
    "pass_percent": 60,
    "explanation": [
        "40% of 80% and 60% of 90% make 86%.",
        "That is “B”.",
        "The course is passed: 60% are needed.",
    ],
    "categories": [
        TESTS
        | {
            "title": "Tests",
            "weight": 40,
            "drop_lowest": 0,
            "explanation": "Tests: 8 of 10 points are 80%, with 40% of the weight.",
        },
        HOMEWORK
        | {
            "title": "Homework",
            "weight": 60,
            "drop_lowest": 0,
            "explanation": "Homework: 18 of 20 points are 90%, with 60% of the weight.",
        },
    ],
    "lessons": [
        QUIZ_CELL
        | {
            "title": cast.QUIZ_LESSON_TITLE,
            "kind": "quiz",
            "percent": 80,
            "category_id": "tests",
            "extra_credit": False,
            "deadline_at": cast.CLOSES_AT,
            "late": None,
            "explanation": "8 of 10 points count.",
        },
        HOMEWORK_CELL
        | {
            "title": cast.ASSIGNMENT_LESSON_TITLE,
            "kind": "assignment",
            "percent": 90,
            "category_id": "homework",
            "extra_credit": False,
            "deadline_at": cast.ASSIGNMENT_DUE_AT,
            "late": {"seconds": 3600, "percent": 10, "points": 20},
            "explanation": "Handed in 1 hour late, which takes 10% of 20 points. 18 of 20 points count.",
        },
    ],
}
MY_GRADES = TOTAL | {"course_id": cast.COURSE_ID, "course": CARD, "version": 2, "status": "active"}
ROW = TOTAL | {
    "user_id": cast.LEARNER_ID,
    "name": cast.LEARNER["name"],
    "email": cast.LEARNER["email"],
    "photo": None,
    "status": "active",
    "version": 2,
    "held": 0,
    "overridden": 0,
    "categories": [TESTS, HOMEWORK],
    "lessons": [QUIZ_CELL, HOMEWORK_CELL],
}
COLUMNS = {
    "categories": [
        {"id": "tests", "title": "Tests", "weight": 40, "drop_lowest": 0},
        {"id": "homework", "title": "Homework", "weight": 60, "drop_lowest": 0},
    ],
    "lessons": [
        {
            "lesson_id": cast.QUIZ_LESSON_ID,
            "title": cast.QUIZ_LESSON_TITLE,
            "kind": "quiz",
            "max_points": 10,
            "category_id": "tests",
            "extra_credit": False,
            "anonymous": False,
        },
        {
            "lesson_id": cast.ASSIGNMENT_LESSON_ID,
            "title": cast.ASSIGNMENT_LESSON_TITLE,
            "kind": "assignment",
            "max_points": 20,
            "category_id": "homework",
            "extra_credit": False,
            "anonymous": False,
        },
    ],
}
