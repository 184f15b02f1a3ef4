"""How far each migration of documents has come."""

from mongoengine import DateTimeField, DynamicField, IntField, StringField

from learnstream.documents.base import Document


class DocumentMigration(Document):
    """A migration's state; its id is the migration's name.

    While it runs, `step` is the number of the pass and `after` the id of the last document that was done; `changed`
    counts the documents that were changed so far.
    """

    id = StringField(primary_key=True)
    step = IntField(default=0)
    after = DynamicField()
    changed = IntField(default=0)
    began_at = DateTimeField()
    done_at = DateTimeField()

    meta = {"collection": "document_migrations"}
