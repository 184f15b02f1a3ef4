"""The questions of an attempt: which ones a learner is asked, and in which order."""

from collections.abc import Collection, Iterator
from random import SystemRandom
from typing import NamedTuple

from learnstream.services.assessment.quizzes import Draw, Fixed, FrozenQuiz, Section

random = SystemRandom()


class Drawn(NamedTuple):
    """A question of an attempt, and the number of its section."""

    section: int
    question: Fixed


def draw(quiz: FrozenQuiz, seen: Collection[str] = frozenset()) -> list[Drawn]:
    """Return the questions of a new attempt in the learner's order, none of them twice.

    Draws prefer questions that the learner has not been asked in earlier attempts.

    seen: the ids of the questions of earlier attempts.
    """
    taken = {question.question_id for section in quiz.sections for question in section.questions}
    sections = enumerate(quiz.sections)
    return [Drawn(number, question) for number, section in sections for question in _questions(section, taken, seen)]


def _questions(section: Section, taken: set[str], seen: Collection[str]) -> list[Fixed]:
    found = [*section.questions, *(_drawn(section.draw, taken, seen) if section.draw else ())]
    if section.shuffle:
        random.shuffle(found)
    return found


def _drawn(wanted: Draw, taken: set[str], seen: Collection[str]) -> Iterator[Fixed]:
    pool = [each for each in wanted.pool if each[0] not in taken]
    random.shuffle(pool)
    pool.sort(key=lambda each: each[0] in seen)
    for question_id, version_id in pool[: wanted.count]:
        taken.add(question_id)
        yield Fixed(question_id, version_id, wanted.points)
