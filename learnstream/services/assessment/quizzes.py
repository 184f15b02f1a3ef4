"""Quizzes as they were published: what an attempt needs.

A published quiz never changes, so each process memoizes what it has read: decoding a quiz of 30 questions takes 60 µs,
and the round trip to Redis comes on top. The shared cache serves during an outage of MongoDB.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from bson import ObjectId

from learnstream.documents import Quiz
from learnstream.documents.projection import Projection
from learnstream.documents.quiz import Navigation, Reveal, ScoreOf, StoredQuiz
from learnstream.errors.quiz_lessons import NoQuiz
from learnstream.stores import cache
from learnstream.stores.memo import Memo

TTL_SECONDS = 3600
# The number changes with the cached facts, because the previous release may still be running.
KEY = "quiz:1"

FROZEN = Projection(Quiz, StoredQuiz)

known: Memo["FrozenQuiz"] = Memo(1000)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A question that every attempt contains."""

    question_id: str
    version_id: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Draw:
    """A number of questions that each attempt draws from a pool of questions and their versions.

    A question is drawn once in an attempt. Draws whose pools overlap are possible in the order of their sections,
    whatever the earlier ones have taken (see `services.authoring.quiz_checks`).
    """

    count: int
    points: Decimal
    pool: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a quiz: its questions, or a draw; `shuffle` is for the order of either in an attempt."""

    title: str
    shuffle: bool
    questions: tuple[Fixed, ...]
    draw: Draw | None


@dataclass(frozen=True, slots=True)
class Closes:
    """When a quiz closes: at an instant, or a number of days after the learner enrolled."""

    at: datetime | None = None
    after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """When learners are shown their score, the right answers, and the feedback."""

    score: Reveal
    answers: Reveal
    feedback: Reveal


@dataclass(frozen=True, slots=True)
class FrozenQuiz:
    """A published quiz; times are in seconds, and None is no limit.

    `access_code` is a hash (see `services.authoring.access_codes`); None if none is needed.
    """

    id: str
    course_id: str
    lesson_id: str
    sections: tuple[Section, ...]
    question_count: int
    max_points: Decimal
    shuffle_options: bool
    time_limit: int | None
    attempts_allowed: int | None
    wait: int
    score_of: ScoreOf
    pass_fraction: Decimal
    closes: Closes | None
    navigation: Navigation
    access_code: str | None
    review: Review


def frozen(quiz_id: str) -> FrozenQuiz:
    """Return a published quiz by the id that a version's outline names.

    Raises:
        NotFound: `no_quiz`, its course was deleted.
    """
    return known.get_or_load(quiz_id, lambda: _read(quiz_id))


def frozen_many(quiz_ids: Collection[str]) -> dict[str, FrozenQuiz]:
    """Return published quizzes by id, with as many queries as for one; see `frozen`."""
    unknown = {_key(each): each for each in quiz_ids if known.get(each) is None}
    for key, packed in cache.get_or_load_each(list(unknown), _load_many, ttl=TTL_SECONDS).items():
        known.put(unknown[key], _build(orjson.loads(packed)))
    return {each: frozen(each) for each in quiz_ids}


def _key(quiz_id: str) -> str:
    return f"{KEY}:{quiz_id}"


def _read(quiz_id: str) -> FrozenQuiz:
    packed = cache.get_or_load(_key(quiz_id), lambda: _load(quiz_id), ttl=TTL_SECONDS)
    return _build(orjson.loads(packed))


def _load(quiz_id: str) -> bytes:
    quiz = FROZEN.find_one({"_id": ObjectId(quiz_id), "frozen": True})
    if quiz is None:
        raise NoQuiz()
    return _pack(quiz)


def _load_many(keys: Collection[str]) -> dict[str, bytes]:
    wanted = [ObjectId(key.rpartition(":")[2]) for key in keys]
    return {_key(str(quiz["_id"])): _pack(quiz) for quiz in FROZEN.find({"_id": {"$in": wanted}, "frozen": True})}


def _pack(quiz: StoredQuiz) -> bytes:
    # Ids and decimals as text.
    return orjson.dumps(quiz, default=str)


def _build(plain: dict[str, Any]) -> FrozenQuiz:
    return FrozenQuiz(
        id=plain["_id"],
        course_id=plain["course_id"],
        lesson_id=plain["lesson_id"],
        sections=tuple(_section(section) for section in plain["sections"]),
        question_count=plain["question_count"],
        max_points=Decimal(plain["max_points"]),
        shuffle_options=plain["shuffle_options"],
        time_limit=plain["time_limit"],
        attempts_allowed=plain["attempts_allowed"],
        wait=plain["wait"],
        score_of=ScoreOf(plain["score_of"]),
        pass_fraction=Decimal(plain["pass_fraction"]),
        closes=_closes(plain["closes"]) if plain["closes"] else None,
        navigation=Navigation(plain["navigation"]),
        access_code=plain["access_code"],
        review=Review(**{part: Reveal(when) for part, when in plain["review"].items()}),
    )


def _section(plain: dict[str, Any]) -> Section:
    questions = tuple(
        Fixed(each["question_id"], each["version_id"], Decimal(each["points"])) for each in plain["questions"]
    )
    return Section(plain["title"], plain["shuffle"], questions, _draw(plain["draw"]) if plain["draw"] else None)


def _draw(plain: dict[str, Any]) -> Draw:
    pool = tuple((each["question_id"], each["version_id"]) for each in plain["pool"])
    return Draw(plain["count"], Decimal(plain["points"]), pool)


def _closes(plain: dict[str, Any]) -> Closes:
    at = plain.get("at")
    return Closes(at=datetime.fromisoformat(at) if at else None, after_days=plain.get("after_days"))
