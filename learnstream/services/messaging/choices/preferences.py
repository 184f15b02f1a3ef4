"""An account's preferences: how it is told of each kind of notice that it may get."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypedDict

from learnstream.documents.notification import NoticeKind
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import EditConflict
from learnstream.models import Role
from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import EVERY_KIND, NotificationChoice
from learnstream.services.accounts import accounts, suppression
from learnstream.services.messaging.choices import choices
from learnstream.services.messaging.choices.choices import Choice, Chosen
from learnstream.services.messaging.kinds import KINDS, Audience
from learnstream.stores.sql import db

EVERY = [*NoticeKind, EVERY_KIND]
# Only instructors and administrators can be staff, of groups as well.
AUDIENCES = {
    Role.STUDENT: {Audience.EVERYBODY},
    Role.INSTRUCTOR: {Audience.EVERYBODY, Audience.STAFF},
    Role.ADMIN: {*Audience},
}


class Wanted(TypedDict):
    """What is wanted for a kind."""

    kind: NoticeKind
    in_app: bool
    mail: MailMode


@dataclass(frozen=True, slots=True)
class Preferences:
    """What applies to each kind that an account may get, whatever becomes of its mails.

    mail_suppressed_at: since when no optional mails are sent to its address, which has no mailbox; or None.
    """

    preferences: list[dict[str, Any]]
    mail_suppressed_at: datetime | None

    @property
    def tag(self) -> str:
        """The tag of what was chosen."""
        return blake2b(repr(self.preferences).encode(), digest_size=12).hexdigest()


def read(user_id: int, role: Role) -> Preferences:
    """Return an account's preferences."""
    chosen = choices.chosen([user_id], EVERY).get(user_id, {})
    suppressed_at = suppression.suppressed_at(accounts.get(user_id).email)
    return Preferences([_shown(kind, chosen) for kind in _kinds_for(role)], suppressed_at)


def replace(user_id: int, role: Role, wanted: Sequence[Wanted], *, expect: frozenset[str] | None) -> Preferences:
    """Replace an account's preferences. A kind that is not named gets its default back.

    Raises:
        Unprocessable: a kind is named twice, or does not concern this account.
        EditConflict: the present state is none of those expected.
    """
    accounts.lock(user_id)
    before = read(user_id, role)
    if expect is not None and before.tag not in expect:
        raise EditConflict()
    _require_known(wanted, [each["kind"] for each in before.preferences])
    by_kind = {each["kind"]: Choice(each["in_app"], each["mail"]) for each in wanted}
    chosen = choices.chosen([user_id], EVERY).get(user_id, {})
    for shown in before.preferences:
        _store(user_id, shown["kind"], by_kind.get(shown["kind"]), chosen)
    db.session.flush()
    return read(user_id, role)


def _kinds_for(role: Role) -> list[NoticeKind]:
    return [kind for kind in NoticeKind if KINDS[kind].audience in AUDIENCES[role]]


def _shown(kind: NoticeKind, chosen: Chosen) -> dict[str, Any]:
    default = KINDS[kind]
    return {
        "kind": kind,
        **asdict(choices.applying(chosen, kind)),
        "default": {"in_app": default.in_app, "mail": default.mail},
    }


def _require_known(wanted: Sequence[Wanted], known: Iterable[NoticeKind]) -> None:
    left = set(known)
    problems: dict[int, Any] = {}
    for number, each in enumerate(wanted):
        if each["kind"] not in left:
            problems[number] = {"kind": ["Named twice, or no kind of which you are told."]}
        left.discard(each["kind"])
    if problems:
        raise Unprocessable(errors={"json": {"preferences": problems}})


def _store(user_id: int, kind: NoticeKind, wanted: Choice | None, chosen: Chosen) -> None:
    """Store a choice as far as it differs from what applies without it; None: nothing was chosen."""
    row, default = chosen.get(kind), choices.fallback(chosen, kind)
    if wanted is None or wanted == default:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = NotificationChoice(user_id=user_id, kind=kind)
        db.session.add(row)
    row.in_app = None if wanted.in_app == default.in_app else wanted.in_app
    row.mail = None if wanted.mail == default.mail else wanted.mail
