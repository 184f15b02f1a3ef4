"""The preview of a course's next publication: what it would change, and for which learners."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Row, func, select

from learnstream.clock import now
from learnstream.documents.course import CourseDraft
from learnstream.models import Enrollment, User
from learnstream.services.analytics import publish_impact, rollup
from learnstream.services.analytics.publish_impact import Change, CourseStanding, Forecast
from learnstream.services.authoring import (
    assignment_versions,
    courses,
    lessons,
    publishing,
    quiz_versions,
    restoring,
    seat_migration,
    snapshot_diff,
    version_diff,
)
from learnstream.services.authoring.publishing import Learners
from learnstream.services.delivery import syllabus
from learnstream.stores.sql import db
from learnstream.web import photo_urls
from learnstream.web.photo_urls import PhotoUrls


class VersionSeats(TypedDict):
    version: int
    seats: int


class Seats(TypedDict):
    """The live enrollments, all and by version, and the completed ones."""

    live: int
    completed: int
    by_version: list[VersionSeats]


class Effect(TypedDict):
    """The effect on learners (see `publish_impact.Forecast`)."""

    moving: int
    counted: int
    rising: int
    falling: int
    completing: int
    kept_open: int
    closing: int


class Effects(TypedDict):
    """The effects of both ways to publish."""

    migrate: Effect
    keep: Effect


class Person(TypedDict):
    """A learner's name and photo; None if the account does not exist."""

    name: str | None
    photo: PhotoUrls | None


class AffectedLearner(Person):
    """A learner whose progress or open lessons would change (see `publish_impact.Change`)."""

    user_id: int
    version: int
    before: CourseStanding
    after: CourseStanding
    kept_open: list[str]
    closing: list[str]


class Answer(TypedDict):
    """What publishing the draft would change."""

    version: int
    publishable: bool
    changes: version_diff.Diff
    warnings: list[publishing.MediaWarning]
    seats: Seats
    effects: Effects
    learners: str
    affected: list[AffectedLearner]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview of one state of the draft, and the total number of learners in its list."""

    course: CourseDraft
    answer: Answer
    total: int


def build(*, course_id: str, learners: Learners, first: int, size: int) -> Preview:
    """Preview publishing the draft now; `learners` selects the list, `first` and `size` a page of it.

    Raises:
        NotFound: there is no such course.
    """
    course = restoring.finish(courses.draft(course_id))
    drafts = lessons.listed_of(course)
    quizzes, assignments = quiz_versions.freeze(course, drafts.values()), assignment_versions.check(course, drafts)
    draft = version_diff.of_frozen(course, drafts, quizzes)
    current = course["current_version"]
    seats = seat_migration.behind(course_id, current + 1)
    new = syllabus.from_modules(course_id, current + 1, draft["modules"], course["grading"])
    moved = publish_impact.predict(course_id, seats, new, first=first, size=size)
    # Learners who keep their version are not affected.
    listed = moved if learners is Learners.MIGRATE else Forecast(first, size)
    answer: Answer = {
        "version": current + 1,
        "publishable": bool(snapshot_diff.entries(draft["modules"])) and not (quizzes.problems or assignments.problems),
        "changes": version_diff.describe(current, version_diff.DRAFT, version_diff.snapshot(course_id, current), draft),
        "warnings": [
            *publishing.warnings(draft["modules"]),
            *publishing.quiz_warnings(quizzes.problems),
            *publishing.assignment_warnings(assignments.problems),
        ],
        "seats": {
            "live": sum(seats.values()),
            "completed": _completed(course_id),
            "by_version": [{"version": number, "seats": count} for number, count in seats.items()],
        },
        "effects": {
            "migrate": _effect(moved, moving=sum(seats.values())),
            "keep": _effect(Forecast(first, size), moving=0),
        },
        "learners": learners.value,
        "affected": _affected_learners(listed.page),
        "as_of": rollup.as_of(),
    }
    return Preview(course, answer, listed.changed)


def _completed(course_id: str) -> int:
    live = Enrollment.is_live(now()) & Enrollment.completed_at.is_not(None)
    return db.session.scalar(select(func.count()).where(Enrollment.course_id == course_id, live)) or 0


def _effect(found: Forecast, *, moving: int) -> Effect:
    return {
        "moving": moving,
        "counted": found.counted,
        "rising": found.rising,
        "falling": found.falling,
        "completing": found.completing,
        "kept_open": found.kept_open,
        "closing": found.closing,
    }


def _person(found: Row[int, str, str | None] | None) -> Person:
    return {"name": found.name, "photo": photo_urls.urls(found.photo_id)} if found else {"name": None, "photo": None}


def _affected_learners(page: list[Change]) -> list[AffectedLearner]:
    wanted = select(User.id, User.name, User.photo_id).where(User.id.in_([change.user_id for change in page]))
    people = {row.id: row for row in db.session.execute(wanted)} if page else {}
    return [
        {
            "user_id": change.user_id,
            **_person(people.get(change.user_id)),
            "version": change.version,
            "before": change.before,
            "after": change.after,
            "kept_open": change.kept_open,
            "closing": change.closing,
        }
        for change in page
    ]
