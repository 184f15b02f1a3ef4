"""Published versions of courses: immutable snapshots, which take effect once their course lists them."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId
from mongoengine import (
    DateTimeField,
    DictField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from learnstream.documents.base import Document
from learnstream.documents.course import Conditions, ConditionsFields, EmbeddedMetadata, PublishedMetadata
from learnstream.documents.grading import StoredGrading
from learnstream.documents.lesson import Content, ContentFields
from learnstream.documents.reading_list import EmbeddedReadingEntry, ReadingEntry


class VersionLesson(Content, Conditions):
    """A lesson in a version's outline; `version_id` is its `LessonVersion`."""

    id: ObjectId
    version_id: ObjectId


class EmbeddedVersionLesson(ContentFields, ConditionsFields, EmbeddedDocument):
    id = ObjectIdField(required=True)
    version_id = ObjectIdField(required=True)


class VersionModule(Conditions):
    """A module of a version's outline."""

    id: str
    title: str
    lessons: list[VersionLesson]


class EmbeddedVersionModule(ConditionsFields, EmbeddedDocument):
    id = StringField(required=True)
    title = StringField(required=True)
    lessons = EmbeddedDocumentListField(EmbeddedVersionLesson, required=True)


class StoredVersion(TypedDict):
    """A whole version."""

    _id: ObjectId
    course_id: ObjectId
    number: int
    course: PublishedMetadata
    modules: list[VersionModule]
    grading: StoredGrading | None
    reading_list: list[ReadingEntry]
    lesson_ids: list[ObjectId]
    video_ids: list[ObjectId]
    document_ids: list[ObjectId]
    assignment_ids: list[ObjectId]
    published_by: int
    published_at: datetime
    note: str
    learners: str


class CourseVersion(Document):
    """A published snapshot of a course. It takes effect only once `Course.versions` lists it.

    `course` holds the draft's metadata, `modules` the whole outline, `grading` the grading settings, and
    `reading_list` the books.
    """

    course_id = ObjectIdField(required=True)
    number = IntField(required=True)
    course = EmbeddedDocumentField(EmbeddedMetadata, required=True)
    modules = EmbeddedDocumentListField(EmbeddedVersionModule, required=True)
    grading = DictField(default=None, null=True)
    reading_list = EmbeddedDocumentListField(EmbeddedReadingEntry)
    lesson_ids = ListField(ObjectIdField(), required=True)
    video_ids = ListField(ObjectIdField(), required=True)
    document_ids = ListField(ObjectIdField())
    assignment_ids = ListField(ObjectIdField())
    published_by = IntField(required=True)
    published_at = DateTimeField(required=True)
    note = StringField(default="")
    learners = StringField(default="migrate")

    stored = StoredVersion
    meta = {
        "collection": "course_versions",
        "indexes": [
            {"fields": ["course_id", "number"]},
            {"fields": ["video_ids"]},
            {"fields": ["document_ids"]},
            {"fields": ["assignment_ids"]},
            {"fields": ["course.cover"]},
            # Which versions name a book.
            {"fields": ["reading_list.book_id"]},
        ],
    }
