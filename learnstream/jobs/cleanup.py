"""Delete expired data."""

from flask import current_app

from learnstream.extensions import celery
from learnstream.services.accounts import addresses, invitations, sessions
from learnstream.services.announcements import cleanup as announcements
from learnstream.services.authoring import reading
from learnstream.services.books import removal
from learnstream.services.commerce import retention
from learnstream.services.foundation import events, idempotency, outbox
from learnstream.services.messaging import mails
from learnstream.services.reviews import removal as reviews
from learnstream.services.reviews import subjects
from learnstream.stores.sql import db

TASK = "learnstream.forget_expired"


@celery.task(name=TASK)
def delete_expired() -> None:
    """Delete what has ended, expired or been processed a while ago.

    Sessions, changes of addresses, invitations, keys, messages, events, mails, announcements of deleted groups, books
    with their reviews, and old records of payments.
    """
    sessions.delete_ended()
    addresses.delete_old()
    invitations.delete_ended()
    idempotency.delete_expired()
    outbox.delete_done()
    events.delete_old()
    mails.delete_old()
    db.session.commit()
    retention.delete_old(current_app.config["PAYMENT_RECORDS_YEARS"])
    db.session.commit()
    announcements.delete_of_deleted_groups()
    db.session.rollback()
    removal.purge(in_use=reading.in_published_use, before=_delete_reviews)


def _delete_reviews(book_id: str) -> None:
    reviews.delete_all(subjects.book(book_id))
