"""Ratings follow reviews: what each review contributes is counted in once, however many change at once.

A write that changes what a review should contribute marks it `uncounted`. Counting then takes two atomic updates: one moves
the rating of the subject, and notes in it which reviews it has counted and as what (`move`), if no other has moved it since
it was read (`version`); the next marks these reviews as counted. Before the rating is moved again, the last move is
finished. So neither a crash between the two nor requests at once count anything twice, or not at all. There is no
transaction: one whose process is killed would block its documents for a minute.

Whoever counts, counts all that wait, so that of many requests at once the others find nothing left to do. What a killed
request leaves, a job counts within a second or two.
"""

import random
import time
from collections.abc import Sequence
from typing import Any, TypedDict

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.collection import Collection

from learnstream.documents import Review, SubjectKind
from learnstream.documents.projection import Projection
from learnstream.documents.rating import Move, Rating
from learnstream.documents.review import Hidden
from learnstream.services.foundation import tasks
from learnstream.services.reviews import ratings, subjects
from learnstream.services.reviews.subjects import FAST, Subject
from learnstream.stores.mongo import Expression

TASK = "learnstream.count_reviews"
BATCH = 200  # reviews in one move
ATTEMPTS, PAUSE = 20, 0.01
# A removed review that was hidden stays, without its text, so that what its author writes next is hidden as well.
GONE: Expression = {"removed": True, "hidden": None, "counted": 0, "uncounted": {"$exists": False}}
DUE: Expression = {"$cond": [{"$or": ["$removed", "$hidden"]}, 0, "$stars"]}


class Uncounted(TypedDict):
    """What a review contributes, and what it should. `turn` is how often it was counted."""

    _id: ObjectId
    stars: int
    hidden: Hidden | None
    removed: bool
    counted: int
    turn: int


class Marked(TypedDict):
    """The subject of an uncounted review."""

    subject_kind: str
    subject_id: ObjectId


UNCOUNTED = Projection(Review, Uncounted)
MARKED = Projection(Review, Marked)
WAITING: Expression = {"uncounted": True}


def count(subject: Subject) -> Rating:
    """Bring a subject's rating up to date, and return it. If there are too many requests at once, a job does it shortly."""
    counted = _count(subject)
    if counted is None:
        tasks.queue(TASK)
    subjects.rating_changed(subject)
    return counted or subjects.rating(subject)


def _count(subject: Subject) -> Rating | None:
    """Count all that waits, and return the rating; None if others did not let it be moved."""
    for _ in range(ATTEMPTS):
        # In this order: what waits then has not been counted in this rating, unless its last move is not finished.
        rating, waiting = subjects.rating(subject), _waiting(subject)
        if not waiting:
            return rating
        if not _finish_last(rating, waiting):
            moved = _move(subject, rating, waiting)
            if moved and len(waiting) < BATCH:
                return moved
    return None


def count_waiting(batch: int = BATCH) -> int:
    """Bring the ratings up to date of which reviews are left to be counted; return how many there were."""
    counted = 0
    while found := {(each["subject_kind"], each["subject_id"]) for each in MARKED.find(WAITING, limit=batch)}:
        for kind, subject_id in found:
            count(Subject(SubjectKind(kind), str(subject_id)))
        counted += len(found)
    return counted


def _waiting(subject: Subject) -> list[Uncounted]:
    found = _reviews().find(WAITING | subject.query, UNCOUNTED.fields, limit=BATCH)
    return [UNCOUNTED.complete(each) for each in found]


def _finish_last(rating: Rating, waiting: Sequence[Uncounted]) -> bool:
    """Finish the last move of a rating, if it may be unfinished; return whether what waits must be read again.

    The reviews of an unfinished move wait, in the turn that it names.
    """
    turns = {each["_id"]: each["turn"] for each in waiting}
    unfinished = [each for each in rating["move"] if turns.get(each["review_id"]) == each["turn"]]
    # These wait, too, but were not read.
    beyond = [each for each in rating["move"] if len(waiting) == BATCH and each["review_id"] not in turns]
    _finish([*unfinished, *beyond])
    return bool(unfinished)


def _move(subject: Subject, rating: Rating, waiting: Sequence[Uncounted]) -> Rating | None:
    """Count what waits in the rating that was read before; return it, or None if another has moved it since."""
    move: list[Move] = [{"review_id": each["_id"], "turn": each["turn"], "stars": _due(each)} for each in waiting]
    moved = ratings.moved(rating, [(each["counted"], _due(each)) for each in waiting])
    moved |= {"version": rating["version"] + 1, "move": move}
    if not subjects.replace_rating(subject, moved, version=rating["version"]):
        time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - not a secret
        return None
    _finish(move)
    return moved


def _due(review: Uncounted) -> int:
    """Return the stars that a review should contribute."""
    return 0 if review["removed"] or review["hidden"] else review["stars"]


def _finish(move: Sequence[Move]) -> None:
    """Mark the reviews of a move as counted, each once, and delete those that are gone."""
    if not move:
        return
    _reviews().bulk_write([_mark(each) for each in move], ordered=False)
    if gone := [each["review_id"] for each in move if not each["stars"]]:
        _reviews().delete_many({"_id": {"$in": gone}, **GONE})


def _mark(counted: Move) -> UpdateOne:
    stars, turn = counted["stars"], counted["turn"]
    # A review that has changed since it was counted goes on waiting.
    still_waits: Expression = {"$cond": [{"$eq": [DUE, stars]}, "$$REMOVE", True]}
    change = {"$set": {"counted": stars, "turn": turn + 1, "uncounted": still_waits}}
    return UpdateOne({"_id": counted["review_id"], "turn": turn or {"$in": [0, None]}}, [change])


def _reviews() -> Collection[Any]:
    return Review.collection().with_options(read_preference=subjects.PRIMARY, write_concern=FAST)
