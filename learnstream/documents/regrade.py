"""Regrades: corrections of the marks that a version of a question was given, in all attempts."""

import enum
from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from mongoengine import BooleanField, DateTimeField, IntField, ObjectIdField, StringField

from learnstream.documents.base import Document


class RegradeRule(enum.StrEnum):
    """How answers are marked anew: by the old or the new key, whichever is worth more; by the new one; or not by a key."""

    ACCEPT_EITHER = "accept_either"
    NEW_KEY = "new_key"
    FULL_POINTS = "full_points"
    DROP_QUESTION = "drop_question"


class RegradeState(enum.StrEnum):
    """A regrade holds for attempts that are submitted as soon as it is running."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class StoredRegrade(TypedDict):
    """A whole regrade."""

    _id: ObjectId
    question_id: ObjectId
    course_id: ObjectId
    version_id: ObjectId
    from_version: int
    to_version_id: ObjectId
    to_version: int
    rule: str
    may_lower: bool
    reason: str
    state: str
    total: int
    done: int
    changed: int
    position: ObjectId | None
    created_by: int
    created_at: datetime
    finished_at: datetime | None


class Regrade(Document):
    """A regrade of the answers to `version_id`, the version `from_version` of a question, by the key of `to_version`.

    `done` of about `total` attempts have been looked at, up to `position` in the order of their ids; `changed` counts
    those whose result is another one. Without `may_lower`, no result gets lower.
    """

    question_id = ObjectIdField(required=True)
    course_id = ObjectIdField(required=True)
    version_id = ObjectIdField(required=True)
    from_version = IntField(required=True)
    to_version_id = ObjectIdField(required=True)
    to_version = IntField(required=True)
    rule = StringField(required=True)
    may_lower = BooleanField(required=True)
    reason = StringField(required=True)
    state = StringField(required=True)
    total = IntField(required=True)
    done = IntField(default=0)
    changed = IntField(default=0)
    position = ObjectIdField()
    created_by = IntField(required=True)
    created_at = DateTimeField(required=True)
    finished_at = DateTimeField()

    stored = StoredRegrade

    meta = {
        "collection": "regrades",
        "indexes": [{"fields": ["version_id", "_id"]}, {"fields": ["question_id"]}, {"fields": ["course_id"]}],
    }
