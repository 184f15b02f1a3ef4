"""What is told of an event, and the notice that it becomes for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from secrets import token_bytes
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.notification import NoticeKind, NoticeMail, StoredNotice, Target, TargetKind
from learnstream.models.mail import MailMode
from learnstream.services.messaging.choices.choices import Choice
from learnstream.services.messaging.kinds import KINDS

MAIL = {MailMode.AT_ONCE: NoticeMail.AT_ONCE, MailMode.DAILY: NoticeMail.DAILY, MailMode.NEVER: NoticeMail.NONE}


def target(kind: TargetKind, id: object = None) -> Target:  # noqa: A002 - the name of the field
    """Return what a notice is about."""
    return {"kind": kind.value, "id": None if id is None else str(id)}


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient: the language of the account, and its time zone."""

    id: int
    language: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class News:
    """What is told of an event.

    facts: what the text says; times have names that end with `_at`.
    actor: who caused it, and is not told.
    bundle: what the events of a kind that share a notice have in common.
    day: the day to which the time is rounded down, and until whose end events share a notice, where the time itself
        would tell whose act it was.
    """

    kind: NoticeKind
    event_id: str
    target: Target
    facts: Mapping[str, Any] = field(default_factory=dict)
    course_id: str | None = None
    actor: int | None = None
    bundle: str | None = None
    day: datetime | None = None
    told_at: datetime = field(default_factory=now)

    @property
    def at(self) -> datetime:
        """When it was told, as far as that is shown."""
        return self.day or self.told_at

    @property
    def open_until(self) -> datetime | None:
        """Until when further events join the notice."""
        if self.bundle is None:
            return None
        return self.day + timedelta(days=1) if self.day else self.told_at + (KINDS[self.kind].bundled or timedelta())

    def notice(self, person: Person, choice: Choice) -> StoredNotice:
        """Return the notice of a person."""
        mail = MAIL[choice.mail]
        return {
            "_id": self._new_id(),
            "user_id": person.id,
            "kind": self.kind.value,
            "event_ids": [self.event_id],
            "facts": {name: _stored(value, person.zone) for name, value in self.facts.items()},
            "course_id": ObjectId(self.course_id) if self.course_id else None,
            "target": self.target,
            "bundle": self.bundle,
            "open_until": self.open_until,
            "count": 1,
            "language": person.language,
            "in_app": choice.in_app,
            "mail": mail.value,
            "digest": None,
            "mail_at": (self.open_until or self.told_at) if mail is NoticeMail.AT_ONCE else None,
            "created_at": self.at,
            "updated_at": self.at,
            "read_at": None,
        }

    def _new_id(self) -> ObjectId:
        """Return an id that contains no other time than `at`; lists are in the order of ids."""
        return ObjectId(int(self.at.timestamp()).to_bytes(4, "big") + token_bytes(8)) if self.day else ObjectId()


def _stored(value: Any, zone: tzinfo) -> Any:
    """Return a fact as it is stored: times in the time zone in which the recipient reads them."""
    return value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
