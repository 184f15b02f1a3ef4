"""Mails that tell owners of accounts what has happened to their second factor."""

from learnstream.models import EventType, User
from learnstream.models.mail import MailTemplate
from learnstream.models.second_factor import Removal
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.services.messaging import mails
from learnstream.stores.sql import db


@follows(
    EventType.USER_SECOND_FACTOR_ENABLED,
    EventType.USER_SECOND_FACTOR_DISABLED,
    EventType.USER_RECOVERY_CODE_USED,
    name="second-factor-mails",
)
def follow(event: FeedEvent) -> None:
    """Request the mail about a fact."""
    if user := db.session.get(User, event.data["user_id"]):
        mails.request(
            MailTemplate.SECOND_FACTOR_CHANGED,
            cause=event.id,
            address=user.email,
            user_id=user.id,
            change=_change(event),
            at=event.occurred_at.isoformat(),
        )


def _change(event: FeedEvent) -> str:
    if event.type is EventType.USER_SECOND_FACTOR_ENABLED:
        return "on"
    if event.type is EventType.USER_RECOVERY_CODE_USED:
        return "recovery_code_used"
    return "removed_by_administrator" if event.data["how"] == Removal.ADMINISTRATOR else "off"
