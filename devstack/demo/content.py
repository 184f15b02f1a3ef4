"""The demo school's courses and users."""

from pathlib import Path
from typing import Any, NamedTuple

from devstack.demo import pictures


class DemoUser(NamedTuple):
    """A user of the demo school."""

    name: str
    email: str
    role: str


INSTRUCTORS = (
    DemoUser("Ines Okafor", "ines@learnstream.example", "instructor"),
    DemoUser("Tomas Lindqvist", "tomas@learnstream.example", "instructor"),
)
STUDENTS = (
    DemoUser("Sam Adeyemi", "sam@learnstream.example", "student"),
    DemoUser("Lea Novak", "lea@learnstream.example", "student"),
    DemoUser("Jun Park", "jun@learnstream.example", "student"),
)

VIDEO_SECONDS = 20
# The file that document lessons show; printed by a browser.
HANDOUT = Path(__file__).parent / "the-sky-this-month.pdf"

ASTRONOMY: dict[str, Any] = {
    "course": {
        "title": "Astronomy for beginners",
        "summary": "What moves up there, and how to see it from a balcony.",
        "description": "Six evenings with the **moon**, the planets and the stars. No telescope needed.",
        "subject": "Physics",
        "tags": ["astronomy", "beginners"],
        "level": "beginner",
        "language": "en",
    },
    "cover": pictures.sky,
    "graded": True,
    "reading": True,
    "modules": {
        "The moon": [
            {
                "title": "Before we start",
                "kind": "text",
                "free_preview": True,
                "body": "# Welcome\n\nAll you need is a clear evening and a place away from street lamps.",
            },
            {
                "title": "Why the moon has phases",
                "kind": "video",
                "summary": "A lamp, an orange and the sun.",
                "body": "Pause at the half moon and hold up an orange yourself.",
            },
            {
                "title": "A week of the moon",
                "kind": "assignment",
                "summary": "A diary of seven evenings, with drawings.",
            },
        ],
        "The planets": [
            {
                "title": "Five wanderers",
                "kind": "text",
                "body": "Mercury, Venus, Mars, Jupiter and Saturn can be seen with the naked eye.",
            },
            {
                "title": "The sky this month",
                "kind": "document",
                "summary": "Two pages to print and take outside.",
            },
            {
                "title": "What have you seen?",
                "kind": "quiz",
                "summary": "Nine questions. You have fifteen minutes, and three attempts.",
                "body": "Look up **before** you begin: the last question asks what you have seen.",
            },
            {
                "title": "A planet of your own",
                "kind": "assignment",
                "summary": "Invent one, in a few sentences.",
            },
        ],
    },
}
BAKING: dict[str, Any] = {
    "course": {
        "title": "Sourdough bread at home",
        "summary": "From flour and water to a loaf, in seven days.",
        "description": "A starter, a dough, a hot pot: each step with what may go wrong.",
        "subject": "Cooking",
        "tags": ["baking", "bread"],
        "level": "all",
        "language": "en",
    },
    "modules": {
        "The starter": [
            {
                "title": "Flour, water, patience",
                "kind": "text",
                "free_preview": True,
                "body": "Mix 50 g of flour with 50 g of water. Wait a day. Repeat.",
            },
            {"title": "Is it alive?", "kind": "text", "body": "It floats when it is ready."},
        ]
    },
}
# A subject with its teacher: courses name it.
SUBJECT = {"name": "Physics", "code": "PHY", "description": "Matter, motion and energy."}
SUBJECT_TEACHER = INSTRUCTORS[1]
# A program of all courses, and its learner.
PROGRAM: dict[str, Any] = {
    "title": "Evenings at home",
    "description": "First the sky, then the bread.",
    "sequential": True,
    "published": True,
}
PROGRAM_LEARNER = STUDENTS[2]
# Each course with its instructor and its students.
COURSES = (
    (ASTRONOMY, INSTRUCTORS[0], STUDENTS),
    (BAKING, INSTRUCTORS[1], STUDENTS[:2]),
)
