"""Ratings follow reviews: what each review contributes is counted in once, however many change at once.

A review that changes in what it should contribute is marked `uncounted` by the write that changes it. A transaction then
moves the rating of its subject, and what the review has contributed (`counted`), together: neither a crash nor requests at
once can therefore leave them apart. It counts all uncounted reviews of the subject, so that one of many requests at once
does it for the others, and the others find nothing left to do. What is left by a crash, or by too many requests at once,
is counted by a job.
"""

from typing import TypedDict

from bson import ObjectId
from pymongo import WriteConcern
from pymongo.client_session import ClientSession

from learnstream.documents import Review, SubjectKind
from learnstream.documents.projection import Projection
from learnstream.documents.rating import Rating
from learnstream.documents.review import Hidden
from learnstream.services.foundation import tasks
from learnstream.services.reviews import ratings, subjects
from learnstream.services.reviews.subjects import Subject
from learnstream.stores import transactions
from learnstream.stores.mongo import Expression
from learnstream.stores.transactions import Contended

TASK = "learnstream.count_reviews"
BATCH = 200  # reviews in one transaction
ATTEMPTS = 8  # of a request; the job has more time
# The reviews themselves were written before, durably. Should this be lost in a crash, they are counted again.
FAST = WriteConcern(w=1, j=False)
# A removed review that was hidden stays, without its text, so that what its author writes next is hidden as well.
GONE: Expression = {"removed": True, "hidden": None}


class Uncounted(TypedDict):
    """What a review contributes, and what it should."""

    _id: ObjectId
    stars: int
    hidden: Hidden | None
    removed: bool
    counted: int


class Marked(TypedDict):
    """The subject of an uncounted review."""

    subject_kind: str
    subject_id: ObjectId


UNCOUNTED = Projection(Review, Uncounted)
MARKED = Projection(Review, Marked)
WAITING: Expression = {"uncounted": True}


def count(subject: Subject, *, attempts: int = ATTEMPTS) -> Rating:
    """Bring a subject's rating up to date, and return it. If there are too many requests at once, a job does it shortly."""
    try:
        while (
            transactions.run(lambda session: _count(subject, session), attempts=attempts, write_concern=FAST) == BATCH
        ):
            pass
    except Contended:
        tasks.queue(TASK)
    subjects.rating_changed(subject)
    return subjects.rating(subject)


def count_waiting(batch: int = BATCH) -> int:
    """Bring the ratings up to date of which reviews are left to be counted; return how many there were."""
    counted = 0
    while found := {(each["subject_kind"], each["subject_id"]) for each in MARKED.find(WAITING, limit=batch)}:
        for kind, subject_id in found:
            count(Subject(SubjectKind(kind), str(subject_id)), attempts=transactions.ATTEMPTS)
        counted += len(found)
    return counted


def _count(subject: Subject, session: ClientSession) -> int:
    """Count up to `BATCH` reviews of a subject, and return how many there were."""
    found = UNCOUNTED.find(WAITING | subject.query, limit=BATCH, session=session)
    if not found:
        return 0
    rating = subjects.rating(subject, session)
    subjects.replace_rating(subject, ratings.moved(rating, [(each["counted"], _due(each)) for each in found]), session)
    _mark(found, session)
    return len(found)


def _due(review: Uncounted) -> int:
    """Return the stars that a review should contribute."""
    return 0 if review["removed"] or review["hidden"] else review["stars"]


def _mark(found: list[Uncounted], session: ClientSession) -> None:
    reviews = Review.collection()
    due: dict[int, list[ObjectId]] = {}
    for each in found:
        due.setdefault(_due(each), []).append(each["_id"])
    for stars, ids in due.items():
        change: Expression = {"$set": {"counted": stars}, "$unset": {"uncounted": ""}}
        reviews.update_many({"_id": {"$in": ids}}, change, session=session)
    if any(each["removed"] for each in found):
        reviews.delete_many({"_id": {"$in": [each["_id"] for each in found]}, **GONE}, session=session)
