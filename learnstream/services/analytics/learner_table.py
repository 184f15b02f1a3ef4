"""The learners of a course, for its instructors: their enrollments and progress.

Enrollments and names are in PostgreSQL, progress is in MongoDB (`CourseProgress`, one per enrollment, derived by the
roll-up). The store that has the sort key selects the page, and the other one completes it; a filter on the other
store is evaluated first, as a list of learners.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, func, literal, not_, select

from learnstream.documents import CourseProgress
from learnstream.documents.projection import Projection
from learnstream.models import Enrollment, User, matches_search
from learnstream.models.group import GroupMember
from learnstream.services.analytics import rollup
from learnstream.services.enrollment import seat_queries
from learnstream.services.foundation.lists import documents_of, tuples_of
from learnstream.services.learning import read_books
from learnstream.services.learning.read_books import Counts
from learnstream.stores.budget import request_budget
from learnstream.stores.keyset import Columns, Found, Keys, Part
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db
from learnstream.web import photo_urls
from learnstream.web.photo_urls import PhotoUrls

BATCH = 500


class Figures(TypedDict):
    """The progress of a learner that the table shows."""

    _id: str
    user_id: int
    fraction: float
    completed_count: int
    lesson_count: int
    watch_seconds: int
    started_at: datetime | None
    last_active_at: datetime | None


class UserOf(TypedDict):
    user_id: int


class Learner(Counts):
    """A row of the table; `lesson_count` is None until the enrollment is rolled up, and books are counted at once."""

    user_id: int
    name: str
    email: str
    photo: PhotoUrls | None
    status: str
    source: str
    version: int
    enrolled_at: datetime
    expires_at: datetime | None
    completed_at: datetime | None
    fraction: float
    completed_lessons: int
    lesson_count: int | None
    watched_seconds: int
    started_at: datetime | None
    last_active_at: datetime | None
    as_of: datetime | None


FIGURES = Projection(CourseProgress, Figures)
USERS = Projection(CourseProgress, UserOf)
# The enrollment id makes each order total, so that no learner is on two pages.
BY_SEAT = {
    "name": Columns((func.lower(User.name), Enrollment.id)),
    "-name": Columns((func.lower(User.name), Enrollment.id), descending=True),
    "enrolled_at": Columns((Enrollment.enrolled_at, Enrollment.id)),
    "-enrolled_at": Columns((Enrollment.enrolled_at, Enrollment.id), descending=True),
}
BY_PROGRESS = {
    "progress": Keys(("fraction", 1), ("_id", -1)),
    "-progress": Keys(("fraction", -1), ("_id", 1)),
    # Null: never active.
    "last_active_at": Keys(("last_active_at", 1), ("_id", -1), nullable=True),
    "-last_active_at": Keys(("last_active_at", -1), ("_id", 1), nullable=True),
}
SORTS = (*BY_SEAT, *BY_PROGRESS)

SeatRow = Sequence[Any]  # an enrollment, its learner's name, e-mail address and photo, and its status


@dataclass(frozen=True, slots=True)
class LearnerFilter:
    """A filter for learners: by status of the enrollment, beginnings of words in name or address, progress, and group."""

    course_id: str
    status: str | None = None
    q: str = ""
    min_progress: float | None = None
    max_progress: float | None = None
    group_id: int | None = None

    @property
    def by_seat(self) -> list[ColumnElement[bool]]:
        """The conditions for PostgreSQL, besides the course."""
        return [
            *([seat_queries.status() == self.status] if self.status else []),
            *([matches_search(self.q)] if self.q else []),
            *([] if self.group_id is None else [GroupMember.includes(Enrollment.user_id, self.group_id)]),
        ]

    @property
    def range(self) -> dict[str, float]:
        """The condition for MongoDB, besides the course."""
        limits = {"$gte": self.min_progress, "$lte": self.max_progress}
        return {operator: limit for operator, limit in limits.items() if limit is not None}

    def includes(self, fraction: float) -> bool:
        return (self.min_progress or 0.0) <= fraction <= (1.0 if self.max_progress is None else self.max_progress)


def browse(criteria: LearnerFilter, *, sort: str, part: Part) -> Found[Learner]:
    """Return one page of a course's learners."""
    find_page = _by_progress if sort in BY_PROGRESS else _by_seat
    found, figures = find_page(criteria, sort, part)
    as_of = rollup.as_of()
    return found.showing(_learners(criteria.course_id, found.entries, figures, as_of))


def export(criteria: LearnerFilter) -> Iterator[Learner]:
    """Yield all learners in the order of first enrollment, in batches that have a time budget each."""
    last, as_of = 0, rollup.as_of()
    while batch := _batch(criteria, last, as_of):
        last = max(batch)
        yield from (learner for learner in batch.values() if criteria.includes(learner["fraction"]))


def _batch(criteria: LearnerFilter, after: int, as_of: datetime | None) -> dict[int, Learner]:
    """Return the next learners by enrollment id."""
    with request_budget():
        page = _seats(criteria).where(Enrollment.id > after).order_by(Enrollment.id).limit(BATCH)
        seats = db.session.execute(page).all()
        figures = _figures(criteria.course_id, [seat[0].user_id for seat in seats])
        learners = _learners(criteria.course_id, seats, figures, as_of)
        found = {seat[0].id: learner for seat, learner in zip(seats, learners, strict=True)}
        # A slow client must not keep a transaction open, nor all rows that have been read.
        db.session.rollback()
    return found


def _by_seat(criteria: LearnerFilter, sort: str, part: Part) -> tuple[Found[SeatRow], Mapping[int, Figures]]:
    found = tuples_of(_seats(criteria).where(*_within_range(criteria)), BY_SEAT[sort], part)
    return found, _figures(criteria.course_id, [seat[0].user_id for seat in found.entries])


def _by_progress(criteria: LearnerFilter, sort: str, part: Part) -> tuple[Found[SeatRow], Mapping[int, Figures]]:
    query: Expression = {"course_id": ObjectId(criteria.course_id)}
    if criteria.range:
        query["fraction"] = criteria.range
    if criteria.by_seat:
        query["user_id"] = {"$in": db.session.scalars(_seats(criteria).with_only_columns(Enrollment.user_id)).all()}
    found = documents_of(FIGURES, query, BY_PROGRESS[sort], part)
    figures = {each["user_id"]: each for each in found.entries}
    matching = _seats(criteria).where(Enrollment.user_id.in_(figures))
    seats = {seat[0].user_id: seat for seat in db.session.execute(matching)}
    return found.showing([seats[user_id] for user_id in figures if user_id in seats]), figures


def _seats(criteria: LearnerFilter) -> Select[Enrollment, str, str, str | None, str]:
    joined = select(Enrollment, User.name, User.email, User.photo_id, seat_queries.status()).join(
        User, User.id == Enrollment.user_id
    )
    return joined.where(Enrollment.course_id == criteria.course_id, *criteria.by_seat)


def _within_range(criteria: LearnerFilter) -> list[ColumnElement[bool]]:
    """Return the condition for the range of progress; an enrollment that is not rolled up yet has a progress of 0."""
    if not criteria.range:
        return []
    in_range = {"course_id": ObjectId(criteria.course_id), "fraction": criteria.range}
    outside = {"course_id": ObjectId(criteria.course_id), "fraction": {"$gt": criteria.max_progress}}
    from_zero = not criteria.min_progress
    found = USERS.find(outside if from_zero else in_range)
    matching = Enrollment.user_id == any_(literal([each["user_id"] for each in found], ARRAY(BigInteger)))
    return [not_(matching) if from_zero else matching]


def _figures(course_id: str, user_ids: Sequence[int]) -> dict[int, Figures]:
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    return {each["user_id"]: each for each in FIGURES.find({"_id": {"$in": ids}})} if ids else {}


def _learners(
    course_id: str, rows: Sequence[SeatRow], figures: Mapping[int, Figures], as_of: datetime | None
) -> list[Learner]:
    counts = read_books.counts(course_id, {seat.user_id: seat.course_version for seat, *_ in rows})
    return [_learner(row, figures.get(row[0].user_id), counts[row[0].user_id], as_of) for row in rows]


def _learner(row: SeatRow, figures: Figures | None, counts: Counts, as_of: datetime | None) -> Learner:
    seat, name, email, photo_id, status = row
    return {
        "user_id": seat.user_id,
        "name": name,
        "email": email,
        "photo": photo_urls.urls(photo_id),
        "status": status,
        "source": seat.source.value,
        "version": seat.course_version,
        "enrolled_at": seat.enrolled_at,
        "expires_at": seat.expires_at,
        "completed_at": seat.completed_at,
        "fraction": figures["fraction"] if figures else 0.0,
        "completed_lessons": figures["completed_count"] if figures else 0,
        "lesson_count": figures["lesson_count"] if figures else None,
        "watched_seconds": figures["watch_seconds"] if figures else 0,
        "started_at": figures["started_at"] if figures else None,
        "last_active_at": figures["last_active_at"] if figures else None,
        **counts,
        "as_of": as_of,
    }
