"""One learner's record of one lesson, and how heartbeats are applied to it, without access to a store or clock.

A record only grows, unless an instructor resets it, and its content depends on which heartbeats arrived, not on their
order or number; only `seen`, `revision` and `updated_at` depend on the history. The one limit is the budget: a learner
cannot have watched more seconds than passed since they began, times the highest playback rate. It limits the watched
seconds, and also their sum over all days, where a second watched again on another day counts again. Of a stretch that
exceeds the budget, the part that fits is credited.
"""

from datetime import datetime

from bson import ObjectId

from learnstream.documents import Progress
from learnstream.documents.progress import ProgressEvent, WorkingProgress
from learnstream.documents.projection import Projection
from learnstream.services.authoring.completion_rules import Rule
from learnstream.services.learning import coverage, quarter_hours, watched_days
from learnstream.services.learning.bit_sets import BitSets, Path
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Part, Period, Reason, Stretch
from learnstream.stores.mongo import Expression

HEAD_START = 5  # seconds that are credited without a viewing
ROUNDING = 1e-6
# Values of `completed_by` when the learner did not complete the lesson:
WAIVED = "waived"  # an instructor marked it as completed
RULE_CHANGE = "rule_change"  # a later version requires no more than the learner had done
WORKING = Projection(Progress, WorkingProgress)
NOTHING = WORKING.complete({})  # before the first report
KNOWN_VIEWINGS = 64  # the latest viewings, whose repeated heartbeats are detected


class Record:
    """A working copy of a stored document; `update` returns the changes to write back."""

    def __init__(self, context: LessonContext, document: WorkingProgress | None = None) -> None:
        self.context = context
        self.stored = document or NOTHING
        self.credited = self.stored["credited"]
        self.day_seconds = watched_days.total(self.stored)
        self.began_at = self.stored["began_at"]
        self.reset_at = self.stored["reset_at"]
        self.resets = self.stored["resets"]
        self.position = self.stored["position"]
        self.opened_at = self.stored["opened_at"]
        self.submitted_at = self.stored["submitted_at"]
        self.completed_at = self.stored["completed_at"]
        self._total = context.total
        self._bits = BitSets(self.stored)
        self._fields: Expression = {}
        self._days: set[str] = set()
        self._quarters: dict[str, int] = {}
        self._events: list[ProgressEvent] = []

    @property
    def revision(self) -> int:
        return self.stored["revision"]

    @property
    def watched(self) -> int:
        """The watched seconds of the current video, as a set."""
        return self._bits.get(self._of_video("w")) if self.context.video_id else 0

    @property
    def fraction(self) -> float:
        """The share that is done: of a video the watched share, of any other lesson 0 or 1."""
        if self.context.video_id is None:
            return float(self.completed_at is not None)
        if self.context.duration is None:
            return 0.0
        return min(1.0, self.watched.bit_count() / self._total)

    def apply_heartbeat(self, heartbeat: Heartbeat, moment: datetime) -> list[Part]:
        """Credit what a heartbeat reports as far as it is plausible. Return its parts with reasons for rejection."""
        slot, bit = heartbeat.slot
        repeated = bool(self._bits.get(slot) & bit)
        period = self._plausible_period(heartbeat, moment)
        sent_at = period.clamp(heartbeat.client_time)
        self._extend_began_at(heartbeat, sent_at)
        budget = self._budget(period.last)
        parts = []
        for stretch in heartbeat.played:
            at = period.clamp(stretch.at)
            for part in self._evaluate(stretch, at, budget - self.day_seconds):
                if part.reason is None:
                    self._credit(part.stretch, at, repeated=repeated)
                parts.append(part)
        # The client's clock may be ahead and was clamped on arrival; a repeat would be clamped to a later time.
        if not (repeated and heartbeat.client_time > moment):
            self._update_position(heartbeat, sent_at)
        if self._is_watched:
            self._complete(moment)
        if self._has_changes:
            self._bits.add(slot, bit)
        return parts

    def open(self, moment: datetime) -> None:
        """Record that the learner opened the lesson, which completes it if its rule is `opened`."""
        self._visit(moment)
        if self.context.completion.rule is Rule.OPENED:
            self._complete(moment)

    def complete(self, moment: datetime) -> None:
        """Complete the lesson at the learner's request, if its rule is `manual`."""
        if self.context.completion.rule is Rule.MANUAL:
            self._complete(moment)

    def waive(self, moment: datetime) -> None:
        """Complete the lesson at an instructor's request, whatever its rule."""
        self._complete(moment, WAIVED)

    def attempt(self, started_at: datetime, submitted_at: datetime, *, fulfills: bool) -> None:
        """Record an attempt at the lesson's quiz, which completes it if the result `fulfills` its rule.

        An attempt that was submitted before the record was reset changes nothing.
        """
        if self._predates_reset(submitted_at):
            return
        for moment in (max(started_at, self.reset_at or started_at), submitted_at):
            self._visit(moment)
        if self.submitted_at is None:
            self.submitted_at = self._fields["submitted_at"] = submitted_at
        if fulfills:
            self._complete(submitted_at)

    def apply_rule(self, moment: datetime) -> None:
        """Complete the lesson if its rule, which may have changed since, is already fulfilled."""
        done = {Rule.WATCHED: self._is_watched, Rule.OPENED: self.opened_at, Rule.SUBMITTED: self.submitted_at}
        if done.get(self.context.completion.rule):
            self._complete(moment, RULE_CHANGE)

    def _visit(self, moment: datetime) -> None:
        if self.opened_at is None:
            self.opened_at = self._fields["opened_at"] = moment
        self._days.add(watched_days.name(moment))
        self._note_quarter(moment)

    def update(self, moment: datetime) -> Expression | None:
        """Return the idempotent update to write; None if nothing has changed."""
        if not self._has_changes:
            return None
        context = self.context
        past = dict(watched_days.past(self.stored, moment))
        fields = {"version": context.version, "revision": self.revision + 1, "updated_at": moment}
        ids = {"course_id": ObjectId(context.course_id), "lesson_id": ObjectId(context.lesson_id)}
        update = {
            "$setOnInsert": {"user_id": context.user_id, **ids},
            "$set": self._fields | self._new_days() | {f"past_days.{day}": n for day, n in past.items()} | fields,
            "$bit": self._bits.update(),
            "$min": ({"began_at": self.began_at} if self.began_at else {}) | self._quarters,
            "$push": {"pending_events": {"$each": self._events}} if self._events else {},
            "$unset": dict.fromkeys([*self._expired_viewings(), *(f"days.{day}" for day in past)], ""),
        }
        return {operator: change for operator, change in update.items() if change}

    def _extend_began_at(self, heartbeat: Heartbeat, sent_at: datetime) -> None:
        if heartbeat.viewing is None or self._predates_reset(sent_at):
            return
        # A viewing that continues after a reset counts from the reset.
        began_at = max(heartbeat.viewing.began_at, self.reset_at or heartbeat.viewing.began_at)
        if self.began_at is None or began_at < self.began_at:
            self.began_at = began_at

    def _plausible_period(self, heartbeat: Heartbeat, moment: datetime) -> Period:
        """Return the period that a heartbeat can be about.

        It starts when the viewing, or else the seat, began, but at most the maximum age of a report ago; it ends
        at `moment` or the end of the seat, whichever is earlier.
        """
        began_at = heartbeat.viewing.began_at if heartbeat.viewing else self.context.seat_since
        first = moment - watched_days.LATE
        return Period(max(began_at or first, first), self.context.last_moment(moment))

    def _predates_reset(self, at: datetime) -> bool:
        """True if a reported time is before the record's last reset."""
        return self.reset_at is not None and at < self.reset_at

    def _budget(self, moment: datetime) -> float:
        passed = (moment - self.began_at).total_seconds() if self.began_at else 0.0
        return HEAD_START + self.context.rate * max(0.0, passed)

    def _seconds(self, stretch: Stretch) -> int:
        return coverage.between(stretch.start, stretch.end, self._total)

    def _evaluate(self, stretch: Stretch, at: datetime, left: float) -> list[Part]:
        if self._predates_reset(at):
            return [Part(stretch, Reason.BEFORE_RESET)]
        if coverage.whole(stretch.start) >= self._total:
            return [Part(stretch, Reason.BEYOND_END)]
        new = self._seconds(stretch) & ~self._bits.get(self._of_day(at))
        end = coverage.beyond(new, max(0, int(left)))
        if end is None:
            return [Part(stretch)]
        fits, rest = stretch.split(end)
        return [*([Part(fits)] if fits else []), Part(rest, Reason.OVER_BUDGET)]

    def _credit(self, stretch: Stretch, at: datetime, *, repeated: bool) -> None:
        seconds = self._seconds(stretch)
        before = self.watched
        if not repeated:
            self._bits.add(self._of_video("again"), seconds & before)
        self._bits.add(self._of_video("w"), seconds)
        if seconds:
            # Also of what counts already: in whatever order reports come, the earliest moment is noted.
            self._note_quarter(at)
        if today := self._bits.add(self._of_day(at), seconds).bit_count():
            self.day_seconds += today
            self._fields["day_seconds"] = self.day_seconds
        if new := (seconds & ~before).bit_count():
            self.credited += new
            self._fields["credited"] = self.credited
            self._fields[f"videos.{self.context.video_id}.seconds"] = self.watched.bit_count()
            self._fields[f"videos.{self.context.video_id}.duration"] = self.context.duration
            # Denormalized, so that reading a whole course does not load the sets of seconds.
            self._fields[f"watched.{self.context.video_id}"] = {
                "seconds": self.watched.bit_count(),
                "fraction": round(self.fraction, 4),
                "duration": self.context.duration,
            }

    def _update_position(self, heartbeat: Heartbeat, at: datetime) -> None:
        """Update the position if the heartbeat is the latest by the client's clock, then by `seq`."""
        if heartbeat.position is None or (coverage.whole(heartbeat.position) == 0 and not heartbeat.played):
            # A player that was only opened reports 0:00, which is not a position to resume from.
            return
        if self._predates_reset(at):
            return
        seconds = min(heartbeat.position, self.context.duration or heartbeat.position)
        current = self.position
        if current is None or (at, heartbeat.seq, seconds) > (current["at"], current["seq"], current["seconds"]):
            self.position = {"seconds": seconds, "at": at, "seq": heartbeat.seq}
            self._fields["position"] = self.position

    @property
    def _is_watched(self) -> bool:
        completion = self.context.completion
        return completion.rule is Rule.WATCHED and self.fraction >= (completion.threshold or 0) - ROUNDING

    def _complete(self, moment: datetime, by: str | None = None) -> None:
        if self.completed_at is not None:
            return
        context = self.context
        by = by or context.completion.rule.value
        self.completed_at = self._fields["completed_at"] = moment
        self._fields["completed_by"] = by
        self._fields["completed_in"] = context.version
        ids = {"user_id": context.user_id, "course_id": context.course_id, "lesson_id": context.lesson_id}
        # Completing the lesson again after a reset is a new event.
        again = f":{self.resets}" if self.resets else ""
        self._events.append(
            {
                "id": f"lesson.completed:{context.user_id}:{context.lesson_id}{again}",
                "type": "lesson.completed",
                "at": moment,
                "data": ids | {"version": context.version, "completed_by": by},
            }
        )

    @property
    def _has_changes(self) -> bool:
        new = self._bits.added or self._fields or self._quarters or self._new_days()
        return bool(new) or self.began_at != self.stored["began_at"]

    def _note_quarter(self, at: datetime) -> None:
        day, quarter = watched_days.name(at), quarter_hours.of_day(at)
        if quarter < self._quarters.get(f"quarters.{day}", watched_days.noted_quarter(self.stored, day)):
            self._quarters[f"quarters.{day}"] = quarter

    def _new_days(self) -> dict[str, object]:
        """Return the active days on which no new seconds were watched."""
        if not self._days:
            return {}
        known = {*self.stored["days"], *self.stored["past_days"], *(path[1] for path in self._bits.added)}
        return {f"days.{day}": {} for day in self._days - known}

    def _of_video(self, name: str) -> Path:
        return ("videos", str(self.context.video_id), name)

    def _of_day(self, at: datetime) -> Path:
        return ("days", watched_days.name(at), str(self.context.video_id))

    def _expired_viewings(self) -> list[str]:
        """Return the paths of old viewings whose heartbeats no longer need deduplication; viewing keys sort by time."""
        old = sorted(self.stored["seen"])[:-KNOWN_VIEWINGS]
        return [f"seen.{key}" for key in old if ("seen", key) not in self._bits.added]
