"""The demo school's quiz, with every kind of question."""

from typing import Any

from devstack.demo.client import Client


def option(text: str, feedback: str = "", *, correct: bool = False) -> dict[str, Any]:
    return {"text": text, "correct": correct, "feedback": feedback}


# By the tag of the draw that takes some of them; without one, each attempt has the question.
DRAWN = "planets"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "moon-light",
        "kind": "single_choice",
        "stem": "Why do we see the **moon**?",
        "explanation": "The moon is rock and dust. Its bright side is its day.",
        "content": {
            "options": [
                option("It reflects the light of the sun.", "Right: so does the earth.", correct=True),
                option("It glows by itself.", "Only stars do."),
                option("It reflects the light of our cities.", "Far too little of that reaches it."),
            ]
        },
    },
    {
        "key": "new-moon",
        "kind": "true_false",
        "stem": "At new moon, the moon is between the earth and the sun.",
        "explanation": "Its day is then on the side that we do not see.",
        "content": {"correct": True, "feedback": {"true": "Right.", "false": "Try it with a lamp and an orange."}},
    },
    {
        "key": "naked-eye",
        "kind": "multiple_choice",
        "stem": "Which of these can be seen without a telescope?",
        "content": {
            "options": [
                option("Venus", correct=True),
                option("Saturn", "Its rings cannot, but the planet can.", correct=True),
                option("Neptune", "It is too faint."),
                option("Jupiter", correct=True),
            ],
            "scoring": "partial",
        },
    },
    {
        "key": "red-planet",
        "kind": "short_text",
        "stem": "Which planet looks red?",
        "content": {
            "accepted": [{"text": "Mars", "feedback": "It is rust."}, {"text": "the red planet", "share": 0.5}]
        },
        "tags": [DRAWN],
    },
    {
        "key": "moon-cycle",
        "kind": "numeric",
        "stem": "How many days pass from one new moon to the next?",
        "explanation": "29.53 days: a little longer than an orbit, because the earth moves on.",
        "content": {"value": 29.5, "tolerance": 0.6, "tolerance_kind": "absolute"},
    },
    {
        "key": "day-names",
        "kind": "matching",
        "stem": "Which day is named after which?",
        "content": {
            "pairs": [
                {"left": "Monday", "right": "the moon"},
                {"left": "Saturday", "right": "Saturn"},
                {"left": "Sunday", "right": "the sun"},
            ],
            "distractors": ["Venus"],
        },
    },
    {
        "key": "from-the-sun",
        "kind": "ordering",
        "stem": "Put them in order, beginning with the one that is nearest to the sun.",
        "content": {
            "items": [{"text": "Mercury"}, {"text": "Venus"}, {"text": "Mars"}, {"text": "Jupiter"}],
            "scoring": "neighbours",
        },
        "tags": [DRAWN],
    },
    {
        "key": "phases",
        "kind": "cloze",
        "stem": "Fill in the blanks.",
        "content": {
            "text": "Between new moon and full moon, the moon is {{way}}. After {{days}} days it is full.",
            "blanks": [
                {
                    "id": "way",
                    "kind": "single_choice",
                    "options": [option("waxing", correct=True), option("waning")],
                },
                {"id": "days", "kind": "numeric", "value": 14.75, "tolerance": 1, "tolerance_kind": "absolute"},
            ],
        },
    },
    {
        "key": "biggest",
        "kind": "single_choice",
        "stem": "Which planet is the largest?",
        "content": {"options": [option("Jupiter", correct=True), option("Saturn", "It is the second largest.")]},
        "tags": [DRAWN],
    },
    {
        "key": "own-sky",
        "kind": "essay",
        "stem": "Go outside tonight. What did you see, and in which direction?",
        "content": {"rubric": "An object, a direction, a time: a point each.", "max_length": 2000},
    },
)
SETTINGS: dict[str, Any] = {
    "shuffle_options": True,
    "time_limit": 900,
    "attempts_allowed": 3,
    "pass_fraction": 0.6,
    "review": {"score": "at_once", "answers": "after_last_attempt", "feedback": "at_once"},
}


def put(instructor: Client, course_id: str, lesson_id: str) -> None:
    """Create the questions that are missing, and the quiz of a lesson's draft."""
    path = f"/courses/{course_id}/questions"
    for question in QUESTIONS:
        instructor.call("POST", path, ignore_code="question_key_taken", **question)
    ids = {each["key"]: each["id"] for each in instructor.call("GET", f"{path}?limit=100")}
    fixed = [{"question_id": ids[each["key"]], "points": 1} for each in QUESTIONS if "tags" not in each]
    sections = [
        {"title": "The moon and the days", "questions": fixed},
        {"title": "The planets", "draw": {"count": 2, "tags": [DRAWN], "points": 1.5}, "shuffle": True},
    ]
    instructor.call("PUT", f"/lessons/{lesson_id}/quiz", sections=sections, **SETTINGS)
