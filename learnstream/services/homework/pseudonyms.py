"""Pseudonyms: what staff see instead of a learner while homework is marked anonymously.

A pseudonym stays the same for a learner and a lesson, and is another one in each lesson.
"""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TypedDict

from bson import ObjectId
from flask import current_app

from learnstream.services.accounts import names
from learnstream.services.assignments import anonymity
from learnstream.services.assignments.anonymity import Learner

DAY_SECONDS = 86_400


class Person(TypedDict):
    """Whose submission it is, as staff see it: while `anonymous`, by a pseudonym, without the id."""

    user_id: int | None
    name: str | None
    anonymous: bool


def people(learners: Iterable[Learner]) -> dict[Learner, Person]:
    """Return what staff see of learners, each in a lesson. The name is None if the account was deleted."""
    wanted = {*learners}
    hidden = anonymity.hidden(wanted)
    known = names.of({user_id for _, user_id in wanted - hidden})
    return {each: _person(each, known, each in hidden) for each in wanted}


def _person(learner: Learner, known: Mapping[int, str], is_hidden: bool) -> Person:
    lesson_id, user_id = learner
    if is_hidden:
        return {"user_id": None, "name": pseudonym(lesson_id, user_id), "anonymous": True}
    return {"user_id": user_id, "name": known.get(user_id), "anonymous": False}


def pseudonym(lesson_id: ObjectId | str, user_id: int) -> str:
    """Return a learner's pseudonym in a lesson. It changes with `SECRET_KEY`, and cannot be computed without it."""
    key = blake2b(current_app.config["SECRET_KEY"].encode(), digest_size=32, person=b"pseudonym").digest()
    digest = hmac.digest(key, f"{lesson_id}:{user_id}".encode(), "sha256").hex().upper()
    # 32 bits: of a thousand learners, two have the same one in one lesson of 8,600.
    return f"Learner {digest[:4]}-{digest[4:8]}"


def shown_lateness(seconds: int, *, is_hidden: bool) -> int:
    """Return how late a submission is as staff see it; of a hidden learner's, in begun days.

    To the second, it would tell when they handed it in, as the time itself does.
    """
    return -(-seconds // DAY_SECONDS) * DAY_SECONDS if is_hidden else seconds
