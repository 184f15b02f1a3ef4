"""What keeps a lesson closed to a learner: its release and its prerequisites, unless they were granted otherwise.

What a learner has begun stays open to them, whatever a later version asks for. A gate is what a version says of all
this for everybody: `services.authoring.conditions` makes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Any

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.errors.delivery import NotReleasedYet, PrerequisiteMissing
from learnstream.policies.seats import Seat
from learnstream.stores import cache

TTL_SECONDS = 30
# What tells of a record how far its learner is.
FIELDS = dict.fromkeys(("lesson_id", "opened_at", "completed_at", "watched", "reset_at"), 1)


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson that has to be completed, where `threshold` counts by watching that share of its video."""

    id: str
    title: str
    video_id: str | None
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Need:
    """A lesson or a module (`kind`) that has to be completed, because the lesson or module `owner` says so."""

    owner: str
    kind: str
    id: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """When the lesson or module `owner` opens: at an instant, or some days after the learner first enrolled."""

    owner: str
    at: datetime | None
    after_days: int | None

    def instant(self, seat: Seat) -> datetime:
        if self.at is not None:
            return self.at
        return seat.drip_from + timedelta(days=self.after_days or 0)


@dataclass(frozen=True, slots=True)
class Gate:
    """All that a version says of when a lesson opens: its own conditions and its module's."""

    lesson_id: str
    module_id: str
    releases: tuple[Release, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def stands_open(self) -> bool:
        """Hold for a lesson that waits for nothing."""
        return not (self.releases or self.needs)

    def opens_at(self, seat: Seat) -> datetime | None:
        """Return when the lesson's release lets the learner in, which may be long ago; None if it always did."""
        granted = {owner: at for owner in (self.module_id, self.lesson_id) if (at := _granted_time(seat, owner))}
        if self.lesson_id in granted:
            return granted[self.lesson_id]
        stated = [release.instant(seat) for release in self.releases if release.owner not in granted]
        return max([*stated, *granted.values()], default=None)

    def needs_of(self, seat: Seat) -> list[Need]:
        """Return what the learner has to complete before."""
        if _goes_without(seat, self.lesson_id):
            return []
        return [need for need in self.needs if not _goes_without(seat, need.owner)]


def _granted_time(seat: Seat, target_id: str) -> datetime | None:
    override = seat.overrides.get(target_id)
    return override.unlocks_at if override else None


def _goes_without(seat: Seat, target_id: str) -> bool:
    override = seat.overrides.get(target_id)
    return override is not None and override.without_prerequisites


@dataclass(frozen=True, slots=True)
class Done:
    """How far a learner is with a lesson; `fraction` is the share of its video that was watched.

    Begun is what they have opened, completed, or watched a second of: having asked for a video to play is not enough.
    """

    completed: bool
    fraction: float
    begun: bool = False
    was_reset: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A prerequisite that is not completed, and how far it is."""

    need: Need
    completed: int  # of its lessons
    fraction: float
    was_reset: bool = False  # of one that is not completed again

    def describe(self) -> dict[str, Any]:
        """Return it for programs."""
        named = {"kind": self.need.kind, "id": self.need.id, "title": self.need.title}
        if self.need.kind == "module":
            return named | {"completed_lessons": self.completed, "lesson_count": len(self.need.steps)}
        return named | {"fraction": self.fraction, "threshold": self.need.steps[0].threshold}

    def __str__(self) -> str:
        if self.need.kind == "module":
            return f"module “{self.need.title}” ({self.completed} of {len(self.need.steps)} lessons completed)"
        threshold = self.need.steps[0].threshold
        watched = f" (watched {floor(self.fraction * 100)} of {round(threshold * 100)} %)" if threshold else ""
        return f"lesson “{self.need.title}”{watched}"


NOTHING_DONE = Done(completed=False, fraction=0.0)


def missing(needs: Iterable[Need], done: Mapping[str, Done]) -> list[Missing]:
    """Return the needs that are not fulfilled, by what is done of lessons; what is not in `done` was never begun."""
    found = []
    for need in needs:
        states = [done.get(step.id, NOTHING_DONE) for step in need.steps]
        completed = sum(state.completed for state in states)
        if completed < len(states):
            was_reset = any(state.was_reset and not state.completed for state in states)
            found.append(Missing(need, completed, states[0].fraction, was_reset))
    return found


def require_open(gate: Gate, seat: Seat) -> None:
    """Let a learner through whose lesson has opened, or who has begun it.

    Raises:
        NotReleasedYet: `unlocks_at` says when it opens.
        PrerequisiteMissing: `missing` names what has to be completed, and how far that is.
    """
    needs, refusal = gate.needs_of(seat), not_released(gate, seat)
    if needs or refusal:
        # That it was open is remembered, so that it stays so while the records cannot be read. What was begun before
        # its time says nothing of the prerequisites.
        key = f"{'begun' if refusal else 'gate'}:{seat.user_id}:{gate.lesson_id}:{seat.course_version}"
        cache.get_or_load_in(_group(seat.user_id, seat.course_id), key, lambda: _pass(gate, seat), ttl=TTL_SECONDS)


def obstacles(gate: Gate, seat: Seat, done: Mapping[str, Done]) -> list[NotReleasedYet | Missing]:
    """Return all that keeps a lesson closed to a learner, by what is `done` of it and of the lessons that it needs.

    A lesson that was begun is closed only by a prerequisite that an instructor has reset.
    """
    found = unmet(gate, seat, done)
    if done.get(gate.lesson_id, NOTHING_DONE).begun:
        return [each for each in found if isinstance(each, Missing) and each.was_reset]
    return found


def unmet(gate: Gate, seat: Seat, done: Mapping[str, Done]) -> list[NotReleasedYet | Missing]:
    """Return the conditions that a learner does not meet, whether they have begun the lesson or not."""
    refusal = not_released(gate, seat)
    return [*([refusal] if refusal else []), *missing(gate.needs_of(seat), done)]


def not_released(gate: Gate, seat: Seat) -> NotReleasedYet | None:
    """Return why a lesson's time has not come; None if it has."""
    opens_at = gate.opens_at(seat)
    if opens_at is None or opens_at <= now():
        return None
    shown = opens_at.isoformat(timespec="seconds")
    return NotReleasedYet(detail=f"This lesson opens at {shown}.", unlocks_at=shown)


def _pass(gate: Gate, seat: Seat) -> bytes:
    videos = {gate.lesson_id: None} | videos_of(gate.needs_of(seat))
    found = obstacles(gate, seat, done(videos, seat.user_id))
    for each in found:
        if isinstance(each, NotReleasedYet):
            raise each
    if lacking := [each for each in found if isinstance(each, Missing)]:
        raise PrerequisiteMissing(
            detail=f"Complete first: {', '.join(map(str, lacking))}.", missing=[each.describe() for each in lacking]
        )
    return b"open"


def videos_of(needs: Iterable[Need]) -> dict[str, str | None]:
    """Return the lessons that have to be completed, with the video that each shows."""
    return {step.id: step.video_id for need in needs for step in need.steps}


def done(videos: Mapping[str, str | None], user_id: int) -> dict[str, Done]:
    """Return how far a learner is with lessons, given with their videos; what they have no record of is left out."""
    wanted = {"_id": {"$in": [f"{user_id}:{lesson_id}" for lesson_id in videos]}}
    found: dict[str, Done] = {}
    for record in Progress.collection().find(wanted, FIELDS):
        lesson_id = str(record["lesson_id"])
        found[lesson_id] = done_by(record, videos[lesson_id])
    return found


def done_by(record: Mapping[str, Any], video_id: str | None) -> Done:
    """Return how far a learner is with a lesson that shows this video, by their record of it."""
    completed = record.get("completed_at") is not None
    return Done(
        completed=completed,
        fraction=share_of(record, video_id),
        begun=completed or bool(record.get("opened_at") or record.get("watched")),
        was_reset=record.get("reset_at") is not None,
    )


def share_of(record: Mapping[str, Any], video_id: str | None) -> float:
    """Return how much of a video was watched, from 0 to 1, by a learner's record of a lesson."""
    return record.get("watched", {}).get(video_id, {}).get("fraction", 0.0)


def forget(user_id: int, course_id: str) -> None:
    """Forget which of a course's gates stood open to a learner: something was taken back."""
    cache.invalidate(_group(user_id, course_id))


def _group(user_id: int, course_id: str) -> str:
    return f"gates:{user_id}:{course_id}"
