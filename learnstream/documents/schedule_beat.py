"""The schedule's beat: when a periodic job last ran."""

from mongoengine import DateTimeField, StringField

from learnstream.clock import now
from learnstream.documents.base import Document


class ScheduleBeat(Document):
    """The last time that the job of this name ran."""

    id = StringField(primary_key=True)
    at = DateTimeField(default=now)

    meta = {"collection": "heartbeats"}
