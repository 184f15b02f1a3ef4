"""The course that all others of a data set are copied from, and its videos: created by the services themselves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import File, FilePurpose, FileState, LessonKind, Video, VideoStatus
from learnstream.services.authoring import courses, lessons, outlines, publishing
from learnstream.services.authoring.outlines import GivenModule
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db

LESSONS = 20
LESSONS_PER_MODULE = 5
VIDEO_SECONDS = 600


def publish_template(instructor: int) -> str:
    """Publish a course of videos. Return its id."""
    course = courses.create(
        created_by=instructor,
        title="Astronomy for everybody",
        summary="The night sky, explained to people who have never looked up for long.",
        description="From the *moon* to the edge of what can be seen. " * 20,
        subject="Physics",
        tags=["stars", "night sky"],
        level="beginner",
        language="en-GB",
    )
    course_id = str(course["_id"])
    lesson_ids = [_create_lesson(course_id, instructor, index) for index in range(LESSONS)]
    modules = [
        GivenModule(
            title=f"Part {number}",
            lesson_ids=lesson_ids[first : first + LESSONS_PER_MODULE],
            prerequisites=[],
            release=None,
            conditions=[],
        )
        for number, first in enumerate(range(0, LESSONS, LESSONS_PER_MODULE), start=1)
    ]
    outlines.replace(course_id=course_id, modules=modules)
    publishing.publish(course_id=course_id, published_by=instructor)
    db.session.commit()
    return course_id


def publish_handouts(instructor: int) -> tuple[str, list[str]]:
    """Publish a course of documents. Return its id and those of its lessons."""
    course_id = str(courses.create(created_by=instructor, title="Star charts")["_id"])
    lesson_ids = [_create_handout(course_id, instructor, index) for index in range(LESSONS)]
    publishing.publish(course_id=course_id, published_by=instructor)
    db.session.commit()
    return course_id, lesson_ids


def publish_second_version(course_id: str, instructor: int) -> None:
    """Publish a second version without the last lesson and with another video, and change the draft in the same way."""
    _edit_draft(course_id, replaced_lesson=1)
    publishing.publish(course_id=course_id, published_by=instructor, learners=Learners.KEEP)
    _edit_draft(course_id, replaced_lesson=2)
    db.session.commit()


def new_video(*, status: VideoStatus, **fields: Any) -> dict[str, Any]:
    """Return a video as its upload leaves it, with an asset and further fields."""
    name = uuid4().hex
    return {
        "_id": ObjectId(),
        "status": status.value,
        "status_at": now(),
        "source": "upload",
        "upload_id": f"upload{name}",
        "asset_id": f"asset{name}",
        "playback_id": f"playback{name}",
        "aspect_ratio": "16:9",
        "tracks": [],
        "revision": 1,
        "created_at": now(),
        "updated_at": now(),
        "review_at": now() + timedelta(days=1),
        "purging": False,
        **fields,
    }


def _create_lesson(course_id: str, instructor: int, index: int) -> str:
    lesson = lessons.create(
        course_id=course_id,
        created_by=instructor,
        title=f"Why the moon has phases, part {index + 1}",
        kind=LessonKind.VIDEO,
        summary="What we see of it, and what we do not.",
    )
    lesson_id = str(lesson["_id"])
    lessons.set_video(lesson_id, _add_video())
    return lesson_id


def _create_handout(course_id: str, instructor: int, index: int) -> str:
    lesson = lessons.create(
        course_id=course_id, created_by=instructor, title=f"Chart {index + 1}", kind=LessonKind.DOCUMENT
    )
    lesson_id = str(lesson["_id"])
    lessons.set_document(lesson_id, _add_document(instructor))
    return lesson_id


def _add_document(owner_id: int) -> str:
    """Add a document as its processing leaves it, without bytes."""
    file_id = ObjectId()
    document = {
        "_id": file_id,
        "owner_id": owner_id,
        "purpose": FilePurpose.DOCUMENT.value,
        "name": "Star chart.pdf",
        "size": 482_113,
        "type": "application/pdf",
        "pages": 4,
        "state": FileState.READY.value,
        "state_at": now(),
        "store": "gridfs",
        "object": f"files/{file_id}",
        "etag": file_id.binary.hex(),
        "upload_expires_at": now(),
        "created_at": now(),
    }
    File.collection().insert_one(document)
    return str(file_id)


def _edit_draft(course_id: str, *, replaced_lesson: int) -> None:
    lesson_ids = outlines.lesson_ids(courses.draft(course_id)["modules"])
    lessons.delete(lesson_id=str(lesson_ids[-1]))
    lessons.set_video(str(lesson_ids[replaced_lesson]), _add_video())


def _add_video() -> str:
    video = new_video(status=VideoStatus.READY, duration=float(VIDEO_SECONDS))
    Video.collection().insert_one(video)
    return str(video["_id"])
