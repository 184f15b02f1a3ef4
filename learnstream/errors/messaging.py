"""Errors of mail."""

from learnstream.errors import Conflict, NotFound, Unavailable
from learnstream.errors.foundation import EVENTS_KEPT

# As long as the events that cause them may be kept: replaying a follower must not send a mail twice.
MAILS_KEPT = 2 * EVENTS_KEPT


class MailUnconfigured(Unavailable):
    """No mail server is configured."""

    code, detail = "mail_unconfigured", "Mail is not configured on this server."
    retry_after = 300


class NoSuchMail(NotFound):
    detail = f"The mail does not exist; mails are kept for {MAILS_KEPT.days} days."


class NotFailed(Conflict):
    code, detail = "mail_not_failed", "Only a failed mail can be sent again."
