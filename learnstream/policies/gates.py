"""A lesson's availability conditions: its release and prerequisites, unless a learner was granted an exception.

A lesson that a learner has started stays open to them, whatever a later version requires. A gate holds a version's
conditions, which are the same for all learners; `services.authoring.conditions` builds it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import NotRequired, TypedDict

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.documents.progress import Achieved, AchievedLesson, Watched
from learnstream.documents.projection import Projection
from learnstream.errors.delivery import NotReleasedYet, PrerequisiteMissing
from learnstream.policies.seats import Seat
from learnstream.stores import cache

TTL_SECONDS = 30
# The projection of a lesson record from which `Done` is computed.
ACHIEVED = Projection(Progress, AchievedLesson)


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson that has to be completed; if `threshold` is set, by watching that share of its video."""

    id: str
    title: str
    video_id: str | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Need:
    """A lesson or module (`kind`) that has to be completed: a prerequisite of the lesson or module `owner`."""

    owner: str
    kind: str
    id: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """When the lesson or module `owner` opens: at an instant, or a number of days after the first enrollment."""

    owner: str
    at: datetime | None
    after_days: int | None

    def instant(self, seat: Seat) -> datetime:
        if self.at is not None:
            return self.at
        return seat.drip_from + timedelta(days=self.after_days or 0)


@dataclass(frozen=True, slots=True)
class Gate:
    """A version's conditions for opening a lesson: its own and its module's."""

    lesson_id: str
    module_id: str
    releases: tuple[Release, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def is_unconditional(self) -> bool:
        """True if the lesson has neither a release nor prerequisites."""
        return not (self.releases or self.needs)

    def opens_at(self, seat: Seat) -> datetime | None:
        """Return when the lesson's release opens it for the learner, which may be in the past; None if it has none."""
        granted = {owner: at for owner in (self.module_id, self.lesson_id) if (at := _granted_time(seat, owner))}
        if self.lesson_id in granted:
            return granted[self.lesson_id]
        stated = [release.instant(seat) for release in self.releases if release.owner not in granted]
        return max([*stated, *granted.values()], default=None)

    def needs_of(self, seat: Seat) -> list[Need]:
        """Return the prerequisites that apply to the learner."""
        if _is_exempt(seat, self.lesson_id):
            return []
        return [need for need in self.needs if not _is_exempt(seat, need.owner)]


def _granted_time(seat: Seat, target_id: str) -> datetime | None:
    override = seat.overrides.get(target_id)
    return override.unlocks_at if override else None


def _is_exempt(seat: Seat, target_id: str) -> bool:
    override = seat.overrides.get(target_id)
    return override is not None and override.without_prerequisites


@dataclass(frozen=True, slots=True)
class Done:
    """A learner's state in a lesson; `fraction` is the watched share of its video.

    `begun`: the learner has opened or completed it, or watched at least a second; requesting playback is not enough.
    `submitted`: they have submitted an attempt at its quiz.
    """

    completed: bool
    fraction: float
    begun: bool = False
    submitted: bool = False
    was_reset: bool = False


class DescribedNeed(TypedDict):
    """A prerequisite in a response, with the progress in a lesson or module."""

    kind: str
    id: str
    title: str
    completed_lessons: NotRequired[int]
    lesson_count: NotRequired[int]
    fraction: NotRequired[float]
    threshold: NotRequired[float | None]


@dataclass(frozen=True, slots=True)
class Missing:
    """A prerequisite that is not completed, with progress."""

    need: Need
    completed: int  # the number of its completed lessons
    fraction: float
    was_reset: bool = False  # an instructor has reset it, and it is not completed again

    def describe(self) -> DescribedNeed:
        """Return the machine-readable description for a response."""
        described: DescribedNeed = {"kind": self.need.kind, "id": self.need.id, "title": self.need.title}
        if self.need.kind == "module":
            return {**described, "completed_lessons": self.completed, "lesson_count": len(self.need.steps)}
        return {**described, "fraction": self.fraction, "threshold": self.need.steps[0].threshold}

    def __str__(self) -> str:
        if self.need.kind == "module":
            return f"module “{self.need.title}” ({self.completed} of {len(self.need.steps)} lessons completed)"
        threshold = self.need.steps[0].threshold
        percent = floor(self.fraction * 100)
        watched = f" ({percent}% of the required {round(threshold * 100)}% watched)" if threshold else ""
        return f"lesson “{self.need.title}”{watched}"


NOTHING_DONE = Done(completed=False, fraction=0.0)


def missing(needs: Iterable[Need], done: Mapping[str, Done]) -> list[Missing]:
    """Return the prerequisites that are not completed; a lesson absent from `done` was never begun."""
    found = []
    for need in needs:
        states = [done.get(step.id, NOTHING_DONE) for step in need.steps]
        completed = sum(state.completed for state in states)
        if completed < len(states):
            was_reset = any(state.was_reset and not state.completed for state in states)
            found.append(Missing(need, completed, states[0].fraction, was_reset))
    return found


def require_open(gate: Gate, seat: Seat) -> None:
    """Allow a learner for whom the lesson is open, or who has begun it.

    Raises:
        NotReleasedYet: `unlocks_at` is when it opens.
        PrerequisiteMissing: `missing` lists what is missing, with progress.
    """
    needs, unreleased = gate.needs_of(seat), not_released(gate, seat)
    if needs or unreleased:
        # The result is cached, so that an open lesson stays open while records cannot be read. Having begun a lesson
        # before its release says nothing about its prerequisites, hence the separate keys.
        key = f"{'begun' if unreleased else 'gate'}:{seat.user_id}:{gate.lesson_id}:{seat.course_version}"
        cache.get_or_load_in(_group(seat.user_id, seat.course_id), key, lambda: _check(gate, seat), ttl=TTL_SECONDS)


def obstacles(gate: Gate, seat: Seat, done: Mapping[str, Done]) -> list[NotReleasedYet | Missing]:
    """Return the conditions that keep a lesson closed to a learner; `done` covers it and its prerequisites' lessons.

    A lesson that was begun is closed only by a prerequisite that an instructor has reset.
    """
    found = unmet(gate, seat, done)
    if done.get(gate.lesson_id, NOTHING_DONE).begun:
        return [each for each in found if isinstance(each, Missing) and each.was_reset]
    return found


def unmet(gate: Gate, seat: Seat, done: Mapping[str, Done]) -> list[NotReleasedYet | Missing]:
    """Return the conditions that a learner does not meet, whether they have begun the lesson or not."""
    unreleased = not_released(gate, seat)
    return [*([unreleased] if unreleased else []), *missing(gate.needs_of(seat), done)]


def not_released(gate: Gate, seat: Seat) -> NotReleasedYet | None:
    """Return the error for a lesson that is not released yet; None if it is released."""
    opens_at = gate.opens_at(seat)
    if opens_at is None or opens_at <= now():
        return None
    shown = opens_at.isoformat(timespec="seconds")
    return NotReleasedYet(detail=f"This lesson opens at {shown}.", unlocks_at=shown)


def _check(gate: Gate, seat: Seat) -> bytes:
    videos = {gate.lesson_id: None} | videos_of(gate.needs_of(seat))
    found = obstacles(gate, seat, done(videos, seat.user_id))
    for each in found:
        if isinstance(each, NotReleasedYet):
            raise each
    if incomplete := [each for each in found if isinstance(each, Missing)]:
        raise PrerequisiteMissing(
            detail=f"Complete these first: {', '.join(map(str, incomplete))}.",
            missing=[each.describe() for each in incomplete],
        )
    return b"open"


def videos_of(needs: Iterable[Need]) -> dict[str, str | None]:
    """Return the ids of the lessons that have to be completed, each with its video's id."""
    return {step.id: step.video_id for need in needs for step in need.steps}


def done(videos: Mapping[str, str | None], user_id: int) -> dict[str, Done]:
    """Return a learner's state in lessons, given with their videos; lessons without a record are omitted."""
    wanted = {"_id": {"$in": [f"{user_id}:{lesson_id}" for lesson_id in videos]}}
    found: dict[str, Done] = {}
    for record in ACHIEVED.find(wanted):
        lesson_id = str(record["lesson_id"])
        found[lesson_id] = done_by(record, videos[lesson_id])
    return found


def done_by(record: Achieved, video_id: str | None) -> Done:
    """Return a learner's state in a lesson with this video, from their lesson record."""
    completed = record["completed_at"] is not None
    return Done(
        completed=completed,
        fraction=share_of(record, video_id),
        begun=completed or bool(record["opened_at"] or record["watched"]),
        submitted=record["submitted_at"] is not None,
        was_reset=record["reset_at"] is not None,
    )


def share_of(record: Watched, video_id: str | None) -> float:
    """Return the watched share of a video, from 0 to 1, from a learner's lesson record."""
    seen = record["watched"].get(video_id) if video_id else None
    return seen["fraction"] if seen else 0.0


def forget(user_id: int, course_id: str) -> None:
    """Invalidate a learner's cached gate results in a course, after a grant or completion was revoked."""
    cache.invalidate(_group(user_id, course_id))


def _group(user_id: int, course_id: str) -> str:
    return f"gates:{user_id}:{course_id}"
