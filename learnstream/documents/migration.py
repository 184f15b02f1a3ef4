"""Which changes of stored documents are done."""

from mongoengine import DateTimeField, StringField

from learnstream.documents.base import Document


class DocumentMigration(Document):
    """A change of documents that a release makes once; its id is the change's name."""

    id = StringField(primary_key=True)
    done_at = DateTimeField()

    meta = {"collection": "document_migrations"}
