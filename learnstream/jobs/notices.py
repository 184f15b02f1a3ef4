"""Request the mails of notices."""

from learnstream.extensions import celery
from learnstream.services.messaging.notices import mail_task, mailing
from learnstream.stores.exclusive import exclusively


@celery.task(name=mail_task.TASK)
def mail_notices() -> None:
    """Request the mails of notices that are due."""
    exclusively(mail_task.TASK, mailing.request_due)
