"""The course that all others of a school are copied from, and its videos: created by the services themselves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind, Video, VideoStatus
from learnstream.services.authoring import courses, lessons, outlines, publishing
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db

LESSONS = 20
PART = 5  # lessons in a module
VIDEO_SECONDS = 600


def teach(teacher: int) -> str:
    """Publish a course of videos. Return its id."""
    course = courses.create(
        created_by=teacher,
        title="Astronomy for everybody",
        summary="The night sky, explained to people who have never looked up for long.",
        description="From the *moon* to the edge of what can be seen. " * 20,
        subject="Physics",
        tags=["stars", "night sky"],
        level="beginner",
        language="en-GB",
    )
    course_id = str(course["_id"])
    made = [_lesson(course_id, teacher, place) for place in range(LESSONS)]
    modules = [
        {"title": f"Part {number}", "lesson_ids": made[first : first + PART]}
        for number, first in enumerate(range(0, LESSONS, PART), start=1)
    ]
    outlines.replace(course_id=course_id, modules=modules)
    publishing.publish(course_id=course_id, published_by=teacher)
    db.session.commit()
    return course_id


def revise(course_id: str, teacher: int) -> None:
    """Publish a second version without the last lesson and with another video, and change the draft in the same way."""
    _change(course_id, shown_again=1)
    publishing.publish(course_id=course_id, published_by=teacher, learners=Learners.KEEP)
    _change(course_id, shown_again=2)
    db.session.commit()


def new_video(*, status: VideoStatus, **facts: Any) -> dict[str, Any]:
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
        **facts,
    }


def _lesson(course_id: str, teacher: int, place: int) -> str:
    lesson = lessons.create(
        course_id=course_id,
        created_by=teacher,
        title=f"Why the moon has phases, part {place + 1}",
        kind=LessonKind.VIDEO,
        summary="What we see of it, and what we do not.",
    )
    lesson_id = str(lesson["_id"])
    lessons.set_video(lesson_id, _add_video())
    return lesson_id


def _change(course_id: str, *, shown_again: int) -> None:
    present = outlines.lesson_ids(courses.draft(course_id)["modules"])
    lessons.delete(lesson_id=str(present[-1]))
    lessons.set_video(str(present[shown_again]), _add_video())


def _add_video() -> str:
    video = new_video(status=VideoStatus.READY, duration=float(VIDEO_SECONDS))
    Video.collection().insert_one(video)
    return str(video["_id"])
