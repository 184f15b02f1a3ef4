"""Published quizzes, as attempts read them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from bson import Decimal128, ObjectId

from learnstream.clock import now
from learnstream.documents import Quiz
from learnstream.errors.quiz_lessons import NoQuiz
from learnstream.services.assessment import quizzes
from learnstream.services.assessment.quizzes import Closes, Draw, Fixed, Section

QUESTION, VERSION = ObjectId(), ObjectId()
CLOSES = datetime(2026, 5, 1, 12, tzinfo=UTC)
POOLED = {"question_id": QUESTION, "version_id": VERSION}
SECTIONS = [
    {
        "title": "Warm-up",
        "shuffle": True,
        "questions": [{**POOLED, "points": Decimal128("0.1")}],
        "draw": None,
    },
    {
        "title": "",
        "shuffle": False,
        "questions": [],
        "draw": {"count": 1, "tags": ["moon"], "points": Decimal128("2.5"), "pool": [POOLED]},
    },
]


@pytest.fixture
def store(application):
    def store(**fields):
        quiz = {
            "_id": ObjectId(),
            "course_id": ObjectId(),
            "lesson_id": ObjectId(),
            "frozen": True,
            "sections": SECTIONS,
            "question_count": 2,
            "max_points": Decimal128("2.6"),
            "score_of": "highest",
            "pass_fraction": Decimal128("0.6"),
            "navigation": "free",
            "review": {"score": "at_once", "answers": "never", "feedback": "after_close"},
            "created_at": now(),
        }
        Quiz.collection().insert_one({**quiz, **fields})
        return str(quiz["_id"])

    return store


def test_points_are_exact_and_ids_are_text(store):
    quiz = quizzes.frozen(store())

    fixed = Fixed(str(QUESTION), str(VERSION), Decimal("0.1"))
    draw = Draw(1, Decimal("2.5"), ((str(QUESTION), str(VERSION)),))
    assert quiz.sections == (Section("Warm-up", True, (fixed,), None), Section("", False, (), draw))
    assert (quiz.max_points, quiz.pass_fraction) == (Decimal("2.6"), Decimal("0.6"))


@pytest.mark.parametrize(
    ("stored", "closes"),
    [(None, None), ({"at": CLOSES}, Closes(at=CLOSES)), ({"after_days": 0}, Closes(after_days=0))],
)
def test_the_closing_time_is_an_instant_or_relative(store, stored, closes):
    assert quizzes.frozen(store(closes=stored)).closes == closes


def test_what_is_absent_is_no_limit(store):
    quiz = quizzes.frozen(store())

    assert (quiz.time_limit, quiz.attempts_allowed, quiz.wait, quiz.access_code) == (None, None, 0, None)


def test_the_settings_of_a_draft_are_not_a_published_quiz(store):
    with pytest.raises(NoQuiz):
        quizzes.frozen(store(frozen=False))


def test_another_process_reads_it_from_the_cache(store):
    quiz_id = store()
    before = quizzes.frozen(quiz_id)
    quizzes.known.clear()

    Quiz.collection().delete_many({})

    assert quizzes.frozen(quiz_id) == before
