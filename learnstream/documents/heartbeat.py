"""Signs of life: when something that should happen again and again last did."""

from mongoengine import DateTimeField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class Heartbeat(Document):
    """The last time that something by this name happened."""

    id = StringField(primary_key=True)
    at = DateTimeField(default=now)

    meta = {"collection": "heartbeats"}
