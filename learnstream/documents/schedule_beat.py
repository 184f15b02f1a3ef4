"""The schedule's beat: when a periodic job last ran."""

from datetime import datetime
from typing import TypedDict

from mongoengine import DateTimeField, StringField

from learnstream.documents.base import Document


class StoredBeat(TypedDict):
    """A whole beat."""

    _id: str
    at: datetime


class ScheduleBeat(Document):
    """The last time that the job of this name ran."""

    id = StringField(primary_key=True)
    at = DateTimeField(required=True)

    stored = StoredBeat
    meta = {"collection": "heartbeats"}
