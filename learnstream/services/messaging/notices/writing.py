"""Writing notices: what was written before, or by another worker, is left as it is."""

from collections.abc import Callable, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from learnstream.documents import Notification
from learnstream.documents.notification import StoredNotice
from learnstream.stores import mongo


def insert_many(notices: Sequence[StoredNotice]) -> None:
    """Store notices, except those with an event that another notice of the same person and kind has."""
    _ignoring_duplicates(lambda: Notification.collection().insert_many(notices, ordered=False))


def update_many(updates: Sequence[UpdateOne]) -> None:
    """Change notices, except where a change would add an event that another notice of the same person and kind has."""
    _ignoring_duplicates(lambda: Notification.collection().bulk_write(updates, ordered=False))


def _ignoring_duplicates(write: Callable[[], Any]) -> None:
    try:
        write()
    except BulkWriteError as error:
        if not mongo.is_duplicate_key(error):
            raise
