"""What people have chosen for a kind of notice, in one query however many they are.

What applies to a kind is the account's choice for it, else its choice for every kind, else the kind's default.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import EVERY_KIND, NotificationChoice
from learnstream.services.messaging.kinds import KINDS
from learnstream.stores.sql import db

# An account's choices, by kind.
Chosen = dict[str, NotificationChoice]


@dataclass(frozen=True, slots=True)
class Choice:
    """What applies to a kind of notice: whether it is shown in the application, and how it is mailed."""

    in_app: bool
    mail: MailMode


def of(user_ids: Collection[int], kind: NoticeKind) -> dict[int, Choice]:
    """Return what applies to a kind for each of these accounts."""
    found = chosen(user_ids, [kind, EVERY_KIND])
    return {user_id: applying(found.get(user_id, {}), kind) for user_id in user_ids}


def mail_mode(user_ids: Collection[int], kind: NoticeKind) -> dict[int, MailMode]:
    """Return how a kind is mailed to each of these accounts."""
    return {user_id: choice.mail for user_id, choice in of(user_ids, kind).items()}


def chosen(user_ids: Collection[int], kinds: Iterable[str]) -> dict[int, Chosen]:
    """Return the choices of accounts for these kinds; accounts without any are left out."""
    found: dict[int, Chosen] = {}
    rows = select(NotificationChoice).where(
        NotificationChoice.user_id.in_(user_ids), NotificationChoice.kind.in_([*kinds])
    )
    for row in db.session.scalars(rows, execution_options={"populate_existing": True}):
        found.setdefault(row.user_id, {})[row.kind] = row
    return found


def applying(chosen: Chosen, kind: NoticeKind) -> Choice:
    """Return what applies to a kind for an account with these choices."""
    default, own = fallback(chosen, kind), chosen.get(kind)
    if own is None:
        return default
    return Choice(default.in_app if own.in_app is None else own.in_app, own.mail or default.mail)


def fallback(chosen: Chosen, kind: NoticeKind) -> Choice:
    """Return what applies to a kind without a choice of its own."""
    default, every = KINDS[kind], chosen.get(EVERY_KIND)
    return Choice(default.in_app, (every and every.mail) or default.mail)
