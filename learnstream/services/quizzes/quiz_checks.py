"""Checks whether a quiz can be attempted with the questions that its course has now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learnstream.documents.quiz import QuizSection
from learnstream.errors.quiz_lessons import Fault
from learnstream.services.quizzes import draws
from learnstream.services.quizzes.bank import Bank

MAX_POOLED = 20_000  # all pools of a quiz together; MongoDB's documents hold ten times as many


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at a place of the settings, with a message for its author."""

    fault: Fault
    message: str
    path: tuple[str | int, ...]


def problems(sections: Sequence[QuizSection], bank: Bank) -> list[Problem]:
    """Return what keeps a quiz with questions from being attempted."""
    return [*_questions(sections, bank), *_draws(sections, bank)]


def _questions(sections: Sequence[QuizSection], bank: Bank) -> Iterator[Problem]:
    seen = set()
    for place, section in enumerate(sections):
        for index, entry in enumerate(section["questions"]):
            path = ("sections", place, "questions", index, "question_id")
            question = bank.questions.get(entry["question_id"])
            if question is None:
                yield Problem(Fault.UNKNOWN_QUESTION, "The course has no such question.", path)
            elif question["archived_at"]:
                yield Problem(Fault.QUESTION_ARCHIVED, "The question is archived.", path)
            elif entry["question_id"] in seen:
                yield Problem(Fault.QUESTION_TWICE, "The quiz contains the question already.", path)
            seen.add(entry["question_id"])


def _draws(sections: Sequence[QuizSection], bank: Bank) -> Iterator[Problem]:
    pooled = 0
    for place, pool in draws.pools(sections, bank).items():
        pooled += len(pool.questions)
        if pool.left < pool.draw["count"]:
            yield Problem(Fault.DRAW_TOO_LARGE, _too_few(pool), ("sections", place, "draw", "count"))
        if pooled > MAX_POOLED:
            message = f"All pools together can have at most {MAX_POOLED:,} questions."
            yield Problem(Fault.POOL_TOO_LARGE, message, ("sections", place, "draw", "tags"))


def _too_few(pool: draws.Pool) -> str:
    found, left = len(pool.questions), max(0, pool.left)
    if left == found:
        return f"Only {found} of the course's questions can be drawn."
    return f"{found} of the course's questions can be drawn, but earlier draws may leave only {left} of them."
