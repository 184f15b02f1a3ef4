"""The videos, documents, quizzes and assignments of lessons, as outlines and lessons show them: unlike a version, states change."""

from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from bson import ObjectId

from learnstream.documents import File, Video, VideoStatus
from learnstream.documents.course_version import VersionModule
from learnstream.documents.lesson import Content
from learnstream.documents.projection import Projection
from learnstream.services.assignments import summaries as assignment_summaries
from learnstream.services.assignments.summaries import ShownAssignment, ShownAssignments
from learnstream.services.media import files
from learnstream.services.quizzes import summaries as quiz_summaries
from learnstream.services.quizzes.summaries import ShownQuiz, ShownQuizzes


class VideoState(TypedDict):
    _id: ObjectId
    status: str
    duration: float | None


class DocumentState(TypedDict):
    _id: ObjectId
    state: str
    name: str
    size: int
    pages: int | None


class ShownVideo(TypedDict):
    """A video in an outline."""

    id: ObjectId
    status: str
    duration: float | None


class ShownDocument(TypedDict):
    """A document in an outline."""

    id: ObjectId
    name: str
    pages: int | None
    size: int
    state: str


Videos = dict[ObjectId | None, ShownVideo]
Documents = dict[ObjectId | None, ShownDocument]


class Media(NamedTuple):
    """The videos, documents, quizzes and assignments of an outline's lessons, by id."""

    videos: Videos
    documents: Documents
    quizzes: ShownQuizzes
    assignments: ShownAssignments


class ShownMedia(TypedDict):
    """The video, the document, the quiz or the assignment of a lesson, all None for a text."""

    video: ShownVideo | None
    document: ShownDocument | None
    quiz: ShownQuiz | None
    assignment: ShownAssignment | None


VIDEO = Projection(Video, VideoState)
DOCUMENT = Projection(File, DocumentState)


def of(lessons: Iterable[Content]) -> Media:
    """Return the videos, documents, quizzes and assignments of lessons."""
    found = list(lessons)
    return Media(
        videos_of(lesson["video_id"] for lesson in found),
        documents_of(lesson["document_id"] for lesson in found),
        quiz_summaries.of(lesson["quiz_id"] for lesson in found),
        assignment_summaries.of(lesson["assignment_id"] for lesson in found),
    )


def of_modules(modules: Iterable[VersionModule]) -> Media:
    """Return the videos, documents, quizzes and assignments of the lessons in a version's modules."""
    return of(lesson for module in modules for lesson in module["lessons"])


def shown(lesson: Content, media: Media) -> ShownMedia:
    """Return what a lesson shows."""
    return {
        "video": media.videos.get(lesson["video_id"]),
        "document": media.documents.get(lesson["document_id"]),
        "quiz": media.quizzes.get(lesson["quiz_id"]),
        "assignment": media.assignments.get(lesson["assignment_id"]),
    }


def videos_of(video_ids: Iterable[ObjectId | None]) -> Videos:
    """Return videos by id; one that no longer exists is `deleted`."""
    wanted = [video_id for video_id in video_ids if video_id is not None]
    if not wanted:
        return {}
    facts = {video["_id"]: _video(video) for video in VIDEO.find({"_id": {"$in": wanted}})}
    return {video_id: facts.get(video_id) or _deleted_video(video_id) for video_id in wanted}


def documents_of(file_ids: Iterable[ObjectId | None]) -> Documents:
    """Return documents by the ids of their files; one that no longer exists is omitted."""
    wanted = [file_id for file_id in file_ids if file_id is not None]
    if not wanted:
        return {}
    return {file["_id"]: _document(file) for file in DOCUMENT.find({"_id": {"$in": wanted}, **files.EXISTS})}


def _video(video: VideoState) -> ShownVideo:
    ready = video["status"] == VideoStatus.READY
    return {"id": video["_id"], "status": video["status"], "duration": video["duration"] if ready else None}


def _deleted_video(video_id: ObjectId) -> ShownVideo:
    return {"id": video_id, "status": VideoStatus.DELETED.value, "duration": None}


def _document(file: DocumentState) -> ShownDocument:
    return {
        "id": file["_id"],
        "name": file["name"],
        "pages": file["pages"],
        "size": file["size"],
        "state": file["state"],
    }
