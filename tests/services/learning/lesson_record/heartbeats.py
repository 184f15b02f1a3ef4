"""Helpers that apply heartbeats to a record and read the result."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

from learnstream.documents import LessonKind
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning.heartbeats import Heartbeat, LessonContext, Reason, Stretch
from learnstream.services.learning.lesson_record import WORKING, Record

LESSON, VIDEO, OTHER = "a" * 24, "b" * 24, "c" * 24
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
OVER = Reason.OVER_BUDGET


def after(seconds):
    return BEGAN + timedelta(seconds=seconds)


def build_context(duration=100.0, rule=Rule.WATCHED, threshold=0.9, video_id=VIDEO, kind=LessonKind.VIDEO):
    return LessonContext(7, "d" * 24, LESSON, 1, kind, Completion(rule, threshold), video_id, duration, rate=2)


def heartbeat(*played, seq=1, viewing=0, position=None, at=0, sent=0):
    """A heartbeat of a viewing that began `viewing` seconds after BEGAN; None for no viewing."""
    began = None if viewing is None else Viewing(7, LESSON, VIDEO, after(viewing), key=f"{viewing:05}")
    return Heartbeat(seq, after(sent), tuple(Stretch(*each, after(at)) for each in played), position, began)


def as_read(document):
    """A document as it is read from the store: with the defaults of absent fields."""
    return WORKING.complete(dict(document))


def apply_all(*heartbeats, record=None, seconds=1000):
    """Apply heartbeats to a record `seconds` after BEGAN. Return it and the reasons of the last one's parts."""
    record, parts = evaluate(*heartbeats, record=record, seconds=seconds)
    return record, [part.reason for part in parts]


def evaluate(*heartbeats, record=None, seconds=1000):
    """Like `apply_all`, but return the parts of the last heartbeat's stretches."""
    record = record or Record(build_context())
    for each in heartbeats:
        parts = record.apply_heartbeat(each, after(seconds))
    return record, parts


def position(record):
    return record.position and record.position["seconds"]


def apply(document, update):
    """Apply an update to a document as the store does, for the operators and paths that these tests need."""
    changed = deepcopy(dict(document))
    for operator in ("$set", "$min", "$bit", "$unset"):
        for path, value in update.get(operator, {}).items():
            *parents, name = path.split(".")
            target = changed
            for parent in parents:
                target = target.setdefault(parent, {})
            if operator == "$unset":
                target.pop(name, None)
            else:
                target[name] = target.get(name, 0) | value["or"] if operator == "$bit" else value
    return changed
