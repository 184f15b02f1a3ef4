"""The Celery queue in which workers send mails: a mail server that hangs delays no other work."""

from dataclasses import dataclass
from datetime import timedelta

from learnstream.services.foundation.retries import Retries
from learnstream.services.foundation.tasks import Queued

SEND_TASK = "learnstream.send_mails"


@dataclass(frozen=True)
class MailQueue(Queued):
    """A queue of mails."""

    task = SEND_TASK
    kind = "mail"


# Soon at first, since many servers reject the first try of an unknown sender; then for 24 hours.
RETRIES = Retries(
    give_up_after=timedelta(hours=24), first_pause=timedelta(seconds=10), longest_pause=timedelta(hours=3)
)
outgoing = MailQueue("outgoing", RETRIES)
