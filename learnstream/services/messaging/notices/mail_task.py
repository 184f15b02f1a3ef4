"""The background job that requests the mails of notices."""

from learnstream.services.foundation import tasks

TASK = "learnstream.mail_notices"


def wake() -> None:
    """Have a worker request the mails that are due."""
    tasks.queue(TASK)
