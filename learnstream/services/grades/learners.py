"""The gradebook of a course, for its staff: a row for each learner, in their own version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from learnstream.clock import now
from learnstream.models import Enrollment, User, matches_search
from learnstream.models.group import GroupMember
from learnstream.policies import entitlements
from learnstream.policies.seats import Seat
from learnstream.services.enrollment import seat_queries
from learnstream.services.grades import sheets, shown
from learnstream.services.grades.sheets import Sheet
from learnstream.services.grades.shown import CategoryCell, Cell, ShownSheet, ShownTotal
from learnstream.stores.budget import request_budget
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.web import photo_urls
from learnstream.web.photo_urls import PhotoUrls

BATCH = 250
# The enrollment id makes the order total, so that no learner is on two pages.
BY_NAME = Columns((func.lower(User.name), Enrollment.id))

LearnerRow = Sequence[Any]  # the id of an enrollment, its learner's id, name, address and photo, and its status


class Row(ShownTotal):
    """A learner's grades: `held` of them are not shown to the learner, `overridden` were set by staff."""

    user_id: int
    name: str
    email: str
    photo: PhotoUrls | None
    status: str
    version: int
    held: int
    overridden: int
    categories: list[CategoryCell]
    lessons: list[Cell]


@dataclass(frozen=True, slots=True)
class LearnerFilter:
    """A filter for learners: by the status of the enrollment, beginnings of words in name or address, and group.

    except_for: a group's staff, who may be one of its learners, and see their own grades as such.
    """

    course_id: str
    status: str | None = None
    q: str = ""
    group_id: int | None = None
    except_for: int | None = None

    def query(self) -> Select[int, int, str, str, str | None, str]:
        """Return the query for the learners."""
        columns = (Enrollment.id, User.id, User.name, User.email, User.photo_id, seat_queries.status())
        return (
            select(*columns)
            .join(User, User.id == Enrollment.user_id)
            .where(
                Enrollment.course_id == self.course_id,
                *([seat_queries.status() == self.status] if self.status else []),
                *([matches_search(self.q)] if self.q else []),
                *([] if self.group_id is None else [GroupMember.includes(Enrollment.user_id, self.group_id)]),
                *([] if self.except_for is None else [Enrollment.user_id != self.except_for]),
            )
        )


def browse(criteria: LearnerFilter, *, part: Part) -> Found[Row]:
    """Return a part of the learners of a course with their grades, by name."""
    found = BY_NAME.cut(db.session.execute(BY_NAME.part_of(criteria.query(), part)).all(), part, None)
    return found.showing(_rows(criteria.course_id, found.entries))


def export(criteria: LearnerFilter) -> Iterator[Row]:
    """Yield all learners with their grades in the order of first enrollment, in batches that have a time budget each."""
    last = 0
    while batch := _batch(criteria, last):
        last, rows = batch
        yield from rows


def explain(seat: Seat) -> ShownSheet:
    """Return a learner's grades as staff see them, and how the total follows."""
    [found] = sheets.for_staff(seat.course_id, [seat], now())
    return shown.sheet(found)


def _batch(criteria: LearnerFilter, after: int) -> tuple[int, list[Row]] | None:
    """Return the next learners by enrollment id, and the last of these ids; None if there are no more."""
    with request_budget():
        page = criteria.query().where(Enrollment.id > after).order_by(Enrollment.id).limit(BATCH)
        found = db.session.execute(page).all()
        rows = _rows(criteria.course_id, found)
        # A slow client must not keep a transaction open, nor all rows that have been read.
        db.session.rollback()
    return (found[-1][0], rows) if found else None


def _rows(course_id: str, learners: Sequence[LearnerRow]) -> list[Row]:
    seats = entitlements.seats_in(course_id, [user_id for _, user_id, *_ in learners]) if learners else []
    found = {sheet.seat.user_id: sheet for sheet in sheets.for_staff(course_id, seats, now())}
    return [_row(learner, found[learner[1]]) for learner in learners]


def _row(learner: LearnerRow, found: Sheet) -> Row:
    _, user_id, name, email, photo_id, status = learner
    settings = found.scheme.grading
    return {
        "user_id": user_id,
        "name": name,
        "email": email,
        "photo": photo_urls.urls(photo_id),
        "status": status,
        "version": found.scheme.number,
        **shown.total(found.total),
        "held": sum(mark.held for mark in found.marks),
        "overridden": sum(mark.overridden for mark in found.marks),
        "categories": [
            shown.category(each, settings.decimals) for each in found.total.categories if settings.categories
        ],
        "lessons": [shown.cell(mark, each.part) for mark, each in zip(found.marks, found.total.lessons, strict=True)],
    }
