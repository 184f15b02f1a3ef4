"""The pools of a quiz's draws.

A question is in an attempt once. Pools therefore leave out the questions that every attempt contains, and draws whose
pools overlap are made in the order of their sections.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bson import ObjectId

from learnstream.documents.quiz import QuizDraw, QuizSection
from learnstream.services.quizzes.bank import Bank, BankedQuestion


class Pool(NamedTuple):
    """The questions that a section's draw can draw, and how many of them earlier draws leave to it in any case."""

    draw: QuizDraw
    questions: list[BankedQuestion]
    left: int


def fixed_ids(sections: Sequence[QuizSection]) -> list[ObjectId]:
    """Return the ids of the questions that every attempt contains."""
    return [question["question_id"] for section in sections for question in section["questions"]]


def pools(sections: Sequence[QuizSection], bank: Bank) -> dict[int, Pool]:
    """Return the pools of the draws by the index of their section."""
    return dict(_pools(sections, bank))


def _pools(sections: Sequence[QuizSection], bank: Bank) -> Iterator[tuple[int, Pool]]:
    fixed = set(fixed_ids(sections))
    earlier: list[tuple[int, set[ObjectId]]] = []
    for place, section in enumerate(sections):
        if (draw := section["draw"]) is None:
            continue
        questions = [question for question in bank.tagged(draw["tags"]) if question["_id"] not in fixed]
        ids = {question["_id"] for question in questions}
        taken = sum(min(count, len(ids & other)) for count, other in earlier)
        yield place, Pool(draw, questions, len(ids) - taken)
        earlier.append((draw["count"], ids))
