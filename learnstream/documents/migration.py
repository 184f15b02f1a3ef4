"""The record of migrations applied to stored documents."""

from mongoengine import DateTimeField, StringField

from learnstream.documents.base import Document


class DocumentMigration(Document):
    """A migration of documents that a release runs once; its id is the migration's name."""

    id = StringField(primary_key=True)
    done_at = DateTimeField()

    meta = {"collection": "document_migrations"}
