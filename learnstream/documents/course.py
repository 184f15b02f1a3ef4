"""Courses: the draft that instructors edit, and what the catalogue shows of it.

A field that authors set is declared here alone: its default in `MetadataFields`, and its type in `Labels` if lists show
it, else in `Metadata`. Drafts, versions, their comparison and restoring, and the catalogue follow these two.
"""

import enum
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from mongoengine import (
    DateTimeField,
    DictField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    FloatField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document
from learnstream.documents.grading import StoredGrading
from learnstream.documents.rating import EmbeddedRating, Rating, unrated
from learnstream.documents.reading_list import EmbeddedReadingEntry, ReadingEntry


class CourseStatus(enum.StrEnum):
    """A course's status: never published, open, closed to new learners, or deleted and awaiting cleanup."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class Labels(TypedDict):
    """What authors say about a course, as far as lists of courses show it."""

    title: str
    summary: str
    subject: str
    subject_id: int | None
    tags: list[str]
    level: str
    language: str
    cover: str


class Metadata(Labels):
    """All that authors say about a course. A version contains it, and restoring the version restores it.

    It tells nothing of a person (see `services.foundation.personal_data`).
    """

    description: str


class MetadataFields:
    """The fields of `Metadata`. A course stored before one of them existed has its default."""

    title = StringField(required=True)
    summary = StringField(default="")
    description = StringField(default="")
    subject = StringField(default="")
    subject_id = IntField(default=None, null=True)
    tags = ListField(StringField())
    level = StringField(default="")
    language = StringField(default="")
    cover = StringField(default="")


class StoredPrice(TypedDict):
    """The price that the catalogue shows: a copy of the newest row of `prices`, with its id; no amount: free again."""

    id: int
    amount: int | None
    currency: str | None


class Release(TypedDict, total=False):
    """When something opens: at an instant, or a number of days after a learner enrolled."""

    at: datetime
    after_days: int


class Conditions(TypedDict):
    """The conditions under which something opens (see `services.authoring.conditions`)."""

    prerequisites: list[str]
    release: Release | None


class ConditionsFields:
    prerequisites = ListField(StringField())
    release = DictField(default=None, null=True)


class LessonConditions(Conditions):
    """The own conditions of a lesson in a draft's module."""

    lesson_id: ObjectId


class EmbeddedLessonConditions(ConditionsFields, EmbeddedDocument):
    lesson_id = ObjectIdField(required=True)


class Module(Conditions):
    """A module of a draft's outline."""

    id: str
    title: str
    lesson_ids: list[ObjectId]
    conditions: list[LessonConditions]


class EmbeddedModule(ConditionsFields, EmbeddedDocument):
    id = StringField(required=True)
    title = StringField(required=True)
    lesson_ids = ListField(ObjectIdField(), required=True)
    conditions = EmbeddedDocumentListField(EmbeddedLessonConditions)


class Instructor(TypedDict):
    """An instructor as published; `photo_id` is absent in what was published before photos existed."""

    id: int
    name: str
    photo_id: NotRequired[str | None]


class PublishedMetadata(Metadata):
    """The metadata of a version."""

    instructors: list[Instructor]


class PublishedMetadataFields(MetadataFields):
    instructors = ListField(DictField())


class EmbeddedMetadata(PublishedMetadataFields, EmbeddedDocument):
    pass


class CatalogueCopy(PublishedMetadata):
    """The current version as the catalogue shows and searches it."""

    words: list[str]
    folded: dict[str, str]
    sort_title: str
    updated_at: datetime
    lesson_count: int
    video_ids: list[ObjectId]


class EmbeddedCatalogueCopy(PublishedMetadataFields, EmbeddedDocument):
    words = ListField(StringField())
    folded = DictField()
    sort_title = StringField(default="")
    updated_at = DateTimeField(required=True)
    lesson_count = IntField(default=0)
    video_ids = ListField(ObjectIdField())


class PublicationRecord(TypedDict):
    """An entry of `Course.versions`."""

    number: int
    version_id: ObjectId
    published_at: datetime
    published_by: int
    note: str
    learners: str


class EmbeddedPublication(EmbeddedDocument):
    number = IntField(required=True)
    version_id = ObjectIdField(required=True)
    published_at = DateTimeField(required=True)
    published_by = IntField(required=True)
    note = StringField(default="")
    learners = StringField(default="migrate")


class LessonToRestore(TypedDict):
    """A lesson whose draft is to be restored from a content, unless its revision has changed."""

    id: ObjectId
    version_id: ObjectId
    revision: int


class Restoring(TypedDict):
    """The part of a restore that is still to be done."""

    token: ObjectId
    version: int
    lessons: list[LessonToRestore]
    removed: list[ObjectId]


class PendingEvent(TypedDict):
    """An event of the feed that a pending entry goes with."""

    type: str
    key: str
    data: dict[str, Any]


class PendingEntry(TypedDict):
    """An audit entry that PostgreSQL may not have yet; `entry` maps its columns to values."""

    key: str
    at: datetime
    entry: dict[str, Any]
    event: PendingEvent | None


class ListedDraft(Labels):
    """A draft in a list."""

    _id: ObjectId
    slug: str
    instructor_ids: list[int]
    status: str
    revision: int
    current_version: int
    max_playback_rate: float | None
    published_at: datetime | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime


class CourseDraft(ListedDraft, Metadata):
    """A draft, without the history of its versions and the catalogue's copy, which may be large."""

    modules: list[Module]
    grading: StoredGrading | None
    reading_list: list[ReadingEntry]
    seats_due: NotRequired[int]
    restoring: NotRequired[Restoring]


class StoredCourse(CourseDraft):
    """A whole course."""

    versions: list[PublicationRecord]
    rating: Rating
    price: StoredPrice | None
    published: NotRequired[CatalogueCopy]
    acts_due: NotRequired[list[PendingEntry]]


class Course(MetadataFields, Document):
    """The draft of a course, and the number of its current version.

    `modules` is the draft's outline, a list of `{id, title, lesson_ids, prerequisites, release, conditions}`, and the
    only record of its lessons; `services.authoring.conditions` explains when modules and lessons open.
    `grading` are the draft's grading settings (see `documents.grading`), None for the defaults.
    `reading_list` are the books of the draft, in order.
    `revision` counts changes and is the ETag. `versions` lists the published versions: `{number, version_id,
    published_at, published_by, note, learners}`; pushing to it, in an update conditional on `revision`, is the single
    write that publishes. `published` is the catalogue's view of the current version, with the `words` that searches
    match and the `folded` texts used for ranking; `published_at` is when the first version was published.
    `rating` is what its reviews amount to (see `documents.rating`), and `price` what it costs (see
    `services.commerce.prices`); None: it has always been free.
    `max_playback_rate` limits playback speed in all versions with immediate effect; None means the configured default.

    Steps that a crash may leave unfinished are recorded by the write that decided on them, and completed by the next
    repair: `seats_due` is a version to which live seats have yet to move, `restoring` the lessons that a restore has
    yet to copy (see `services.authoring.publishing`), `acts_due` entries missing from PostgreSQL (see
    `services.authoring.course_log`).
    """

    slug = StringField(required=True)
    instructor_ids = ListField(IntField(), required=True)
    modules = EmbeddedDocumentListField(EmbeddedModule, required=True)
    grading = DictField(default=None, null=True)
    reading_list = EmbeddedDocumentListField(EmbeddedReadingEntry)
    status = StringField(required=True)
    revision = IntField(required=True)
    current_version = IntField(required=True)
    max_playback_rate = FloatField()
    versions = EmbeddedDocumentListField(EmbeddedPublication, required=True)
    rating = EmbeddedDocumentField(EmbeddedRating, default=unrated)
    price = DictField(default=None, null=True)
    published = EmbeddedDocumentField(EmbeddedCatalogueCopy)
    published_at = DateTimeField()
    seats_due = IntField()
    restoring = DictField()
    acts_due = ListField(DictField())
    created_by = IntField()
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    stored = StoredCourse
    meta = {
        "collection": "courses",
        "indexes": [
            {"fields": ["status", "-published_at", "_id"]},
            {"fields": ["status", "published.sort_title", "_id"]},
            {"fields": ["status", "-rating.score", "_id"]},
            {"fields": ["seats_due"], "sparse": True},
            {"fields": ["restoring.version"], "sparse": True},
            {"fields": ["acts_due.key"], "sparse": True},
            {"fields": ["status", "published.subject"]},
            {"fields": ["published.subject_id", "status"]},
            {"fields": ["subject_id", "-updated_at", "-_id"]},
            {"fields": ["status", "published.tags"]},
            {"fields": ["status", "published.words"]},
            {"fields": ["status", "published.language"]},
            {"fields": ["instructor_ids", "-updated_at", "-_id"]},
            {"fields": ["-updated_at", "-_id"]},
            {"fields": ["slug"], "unique": True},
            # Sweeps ask which photos are in use.
            {"fields": ["cover"]},
            # The previous release searches with it.
            {
                "fields": ["$published.title", "$published.tags", "$published.summary", "$published.description"],
                "default_language": "none",
                # `language` is the language of the course, not the index's stemming language.
                "language_override": "text_index_language",
                "weights": {
                    "published.title": 10,
                    "published.tags": 5,
                    "published.summary": 3,
                    "published.description": 1,
                },
                "name": "search",
            },
        ],
    }
