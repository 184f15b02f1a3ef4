"""Publishing: changes a course's lessons, versions and seats together.

One conditional update of the course publishes the version. Everything written before it has ids that nothing refers to
yet; everything after it is named in that update, idempotent, and completed by `repairs` if the process dies.
"""

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import CourseStatus, CourseVersion, FileState, LessonKind, VideoStatus
from learnstream.documents.course import CatalogueCopy, CourseDraft
from learnstream.documents.course_version import StoredVersion, VersionLesson, VersionModule
from learnstream.documents.projection import pick
from learnstream.errors.authoring import EditConflict, NothingToPublish
from learnstream.models import EventType
from learnstream.services.authoring import (
    assignment_versions,
    courses,
    instructors,
    lesson_media,
    lessons,
    quiz_versions,
    reading,
    restoring,
    searchable,
    seat_migration,
    snapshots,
    version_diff,
    versions,
)
from learnstream.services.authoring.assignment_versions import AssignmentProblem
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.authoring.lesson_media import Media
from learnstream.services.authoring.quiz_versions import QuizProblem
from learnstream.services.foundation import locks
from learnstream.services.media import files
from learnstream.stores.mongo import Expression


class Learners(enum.StrEnum):
    """Whether existing learners are moved to a new version or keep the one they have."""

    MIGRATE = "migrate"
    KEEP = "keep"


class MediaWarning(TypedDict):
    """A lesson whose video or document cannot be shown yet; `missing` if it has none, None for other kinds.

    `quiz_problem` and `assignment_problem` are what keeps a draft's quiz or assignment from being published (see
    `quiz_lessons.Fault` and `assignment_lessons.Fault`).
    """

    lesson_id: ObjectId
    title: str
    video_status: str | None
    document_state: str | None
    quiz_problem: str | None
    assignment_problem: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of publishing a version."""

    course: CourseDraft
    course_id: str
    status: str
    version: int
    published_at: datetime
    note: str
    learners: Learners
    warnings: list[MediaWarning]


def publish(
    *,
    course_id: str,
    published_by: int,
    note: str = "",
    learners: Learners = Learners.MIGRATE,
    expect: Collection[int] | None = None,
) -> Publication:
    """Publish the draft as a new version, which becomes the current one; live seats move to it if learners migrate.

    Raises:
        NotFound: there is no such course.
        Conflict: `nothing_to_publish`, `nothing_to_answer` for a quiz without questions, `no_assignment` for a lesson
            without one, or `edit_conflict` if the draft has changed in the meantime.
        Unprocessable: `quiz_not_publishable`, the course lacks questions that a quiz needs, or
            `assignment_not_publishable`, one is due before its lesson opens.
    """
    locks.lock_course(course_id)
    course = restoring.finish(courses.draft(course_id, expect=expect))
    modules = _snapshot(course)
    if not any(module["lessons"] for module in modules):
        raise NothingToPublish()
    version = _write_version(course, modules, published_by=published_by, note=note, learners=learners)
    course = _switch_to(course, version)
    if learners is Learners.MIGRATE:
        seat_migration.finish(course_id, version["number"])
    return Publication(
        course=course,
        course_id=course_id,
        status=course["status"],
        version=version["number"],
        published_at=version["published_at"],
        note=note,
        learners=learners,
        warnings=warnings(modules),
    )


def _snapshot(course: CourseDraft) -> list[VersionModule]:
    """Store the drafts' contents as lesson versions, and their quizzes; return the outline that refers to them."""
    drafts = lessons.drafts_of(course)
    quizzes, assignments = quiz_versions.freeze(course, drafts.values()), assignment_versions.check(course, drafts)
    assignment_versions.require_publishable(assignments.problems)
    quiz_versions.store(quizzes)
    documents = [lesson["document_id"] for lesson in drafts.values() if lesson["document_id"]]
    files.hold_all([*documents, *assignments.attachments])
    snapshots.save_contents(drafts.values())
    return snapshots.outline_of(course, drafts, quizzes.ids)


def _write_version(
    course: CourseDraft, modules: list[VersionModule], *, published_by: int, note: str, learners: Learners
) -> StoredVersion:
    lessons = [lesson for module in modules for lesson in module["lessons"]]
    version: StoredVersion = {
        "_id": ObjectId(),
        "course_id": course["_id"],
        "number": course["current_version"] + 1,
        "course": {**snapshots.metadata_of(course), "instructors": instructors.people(course["instructor_ids"])},
        "modules": modules,
        "grading": course["grading"],
        "reading_list": reading.of_draft(course),
        "lesson_ids": [lesson["id"] for lesson in lessons],
        "video_ids": [lesson["video_id"] for lesson in lessons if lesson["video_id"]],
        "document_ids": [lesson["document_id"] for lesson in lessons if lesson["document_id"]],
        "assignment_ids": [lesson["assignment_id"] for lesson in lessons if lesson["assignment_id"]],
        "published_by": published_by,
        "published_at": now(),
        "note": note,
        "learners": learners.value,
    }
    CourseVersion.collection().insert_one(version)
    return version


def _switch_to(course: CourseDraft, version: StoredVersion) -> CourseDraft:
    """Make the version the current one, unless the draft has changed since it was read."""
    archived = course["status"] == CourseStatus.ARCHIVED
    fields: Expression = {
        "status": course["status"] if archived else CourseStatus.PUBLISHED.value,
        "current_version": version["number"],
        "published": _catalogue_copy(version),
        "published_at": course["published_at"] or version["published_at"],
    }
    if version["learners"] == Learners.MIGRATE:
        fields["seats_due"] = version["number"]
    try:
        pushed = {"versions": {**pick(versions.Publication, version), "version_id": version["_id"]}}
        return courses.change(course, {"$set": fields, "$push": pushed}, action=_audited_action(course, version))
    except EditConflict:
        CourseVersion.collection().delete_one({"_id": version["_id"]})
        raise


def _audited_action(course: CourseDraft, version: StoredVersion) -> AuditedAction:
    course_id, number, learners = str(course["_id"]), version["number"], version["learners"]
    changed = version_diff.compare(
        version_diff.snapshot(course_id, course["current_version"]), version_diff.of_version(version)
    )
    # The course is locked: no seat is added until the commit, but learners may still withdraw.
    seats = sum(seat_migration.behind(course_id, number).values())
    data = {"course_id": course_id, "version": number, "learners": learners}
    return AuditedAction(
        EventType.COURSE_PUBLISHED.value,
        actor_id=version["published_by"],
        details={
            "version": number,
            "learners": learners,
            "seats": seats,
            "note": version["note"],
            "changes": version_diff.digest(changed),
        },
        event=(EventType.COURSE_PUBLISHED, f"{course_id}:{number}", data),
    )


def _catalogue_copy(version: StoredVersion) -> CatalogueCopy:
    return {
        **version["course"],
        **searchable.fields(version["course"]),
        "sort_title": version["course"]["title"].casefold(),
        "updated_at": version["published_at"],
        "lesson_count": len(version["lesson_ids"]),
        "video_ids": version["video_ids"],
    }


def warnings(modules: list[VersionModule]) -> list[MediaWarning]:
    """Return the lessons whose video cannot be played, or whose document cannot be read yet."""
    media = lesson_media.of_modules(modules)
    states = [(lesson, _states(lesson, media)) for module in modules for lesson in module["lessons"]]
    return [
        _warning(lesson["id"], lesson["title"], video_status=video, document_state=document)
        for lesson, (video, document) in states
        if video not in {None, VideoStatus.READY} or document not in {None, FileState.READY}
    ]


def quiz_warnings(problems: Iterable[QuizProblem]) -> list[MediaWarning]:
    """Return the lessons whose quiz cannot be published."""
    return [_warning(ObjectId(each["lesson_id"]), each["title"], quiz_problem=each["code"]) for each in problems]


def assignment_warnings(problems: Iterable[AssignmentProblem]) -> list[MediaWarning]:
    """Return the lessons whose assignment cannot be published."""
    return [_warning(ObjectId(each["lesson_id"]), each["title"], assignment_problem=each["code"]) for each in problems]


def _warning(
    lesson_id: ObjectId,
    title: str,
    *,
    video_status: str | None = None,
    document_state: str | None = None,
    quiz_problem: str | None = None,
    assignment_problem: str | None = None,
) -> MediaWarning:
    return {
        "lesson_id": lesson_id,
        "title": title,
        "video_status": video_status,
        "document_state": document_state,
        "quiz_problem": quiz_problem,
        "assignment_problem": assignment_problem,
    }


def _states(lesson: VersionLesson, media: Media) -> tuple[str | None, str | None]:
    """Return the states of a lesson's video and document: None for those that its kind cannot have."""
    shown = lesson_media.shown(lesson, media)
    video = shown["video"]["status"] if shown["video"] else "missing"
    document = shown["document"]["state"] if shown["document"] else "missing"
    return (
        video if lesson["kind"] == LessonKind.VIDEO else None,
        document if lesson["kind"] == LessonKind.DOCUMENT else None,
    )
