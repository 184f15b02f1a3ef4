"""The state of document migrations."""

from datetime import datetime
from typing import Any, TypedDict

from mongoengine import DateTimeField, DynamicField, IntField, StringField

from learnstream.documents.base import Document


class StoredMigration(TypedDict):
    """The whole state of a migration."""

    _id: str
    step: int
    after: Any
    changed: int
    began_at: datetime | None
    done_at: datetime | None


class DocumentMigration(Document):
    """A migration's state; its id is the migration's name.

    While it runs, `step` is the number of the step and `after` the id of the last processed document; `changed`
    counts the documents changed so far.
    """

    id = StringField(primary_key=True)
    step = IntField(default=0)
    after = DynamicField()
    changed = IntField(default=0)
    began_at = DateTimeField()
    done_at = DateTimeField()

    stored = StoredMigration
    meta = {"collection": "document_migrations"}
