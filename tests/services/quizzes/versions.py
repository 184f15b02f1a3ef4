"""Versions of questions for tests of pure functions, as they are stored."""

from learnstream.documents.question import QuestionKind
from learnstream.services.quizzes import kinds
from learnstream.services.quizzes.version import Version


def version(kind: str, **content) -> Version:
    """Return a version with the given content, completed as when it is stored."""
    completed = kinds.of(QuestionKind(kind)).complete(content)
    return Version(
        id="5" * 24,
        question_id="6" * 24,
        course_id="7" * 24,
        number=1,
        kind=QuestionKind(kind),
        stem="Which?",
        media=(),
        explanation="Because.",
        tags=(),
        content=completed,
    )


def options(*texts: str, correct: set[str]) -> list[dict]:
    return [
        {"id": text, "text": text.upper(), "correct": text in correct, "feedback": f"about {text}"} for text in texts
    ]


SINGLE = version("single_choice", options=options("a", "b", "c", correct={"b"}))
MULTIPLE = version("multiple_choice", options=options("a", "b", "c", "d", correct={"a", "c"}), scoring="partial")
ALL_OR_NOTHING = version(
    "multiple_choice", options=options("a", "b", "c", correct={"a", "c"}), scoring="all_or_nothing"
)
TRUE_FALSE = version("true_false", correct=True, feedback={"true": "Yes.", "false": "No: it is."})
SHORT_TEXT = version(
    "short_text",
    accepted=[
        {"text": "Jupiter", "share": "1", "feedback": "The king."},
        {"text": "Saturn", "share": "0.3333", "feedback": "Nearly."},
    ],
    exact=False,
)
NUMERIC = version("numeric", value="3.5", tolerance="0.1", tolerance_kind="absolute", feedback="Metres.")
MATCHING = version(
    "matching",
    pairs=[
        {"id": "it", "left": "Italy", "right": "Europe"},
        {"id": "pe", "left": "Peru", "right": "America"},
        {"id": "fr", "left": "France", "right": "Europe"},
    ],
    distractors=["Asia"],
)
ORDERING = version(
    "ordering", items=[{"id": each, "text": f"planet {each}"} for each in ("1", "2", "3", "4")], scoring="neighbours"
)
CLOZE = version(
    "cloze",
    text="The {{who}} has {{many}} moons and {{rings}}.",
    blanks=[
        {
            "id": "who",
            "kind": "short_text",
            "weight": "1",
            "accepted": [{"text": "planet", "share": "1", "feedback": "Right."}],
            "exact": False,
        },
        {
            "id": "many",
            "kind": "numeric",
            "weight": "2",
            "value": "95",
            "tolerance": "5",
            "tolerance_kind": "percent",
            "feedback": "",
        },
        {
            "id": "rings",
            "kind": "single_choice",
            "weight": "0.5",
            "options": options("rings", "none", correct={"rings"}),
        },
    ],
)
ESSAY = version("essay", rubric="Three arguments.", max_length=50)
ALL = (SINGLE, MULTIPLE, TRUE_FALSE, SHORT_TEXT, NUMERIC, MATCHING, ORDERING, CLOZE, ESSAY)
