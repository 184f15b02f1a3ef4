"""Publishing courses, and their published versions."""

from typing import Any

from learnstream.blueprints.authoring import assignment_examples, examples, quiz_examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.documents.course import CourseDraft
from learnstream.errors.authoring import NoSuchCourse, NoSuchVersion, NothingToPublish, NotYourCourse
from learnstream.policies.access import require_draft
from learnstream.schemas.authoring.course import CourseDraftSchema
from learnstream.schemas.authoring.version import PublicationSchema, PublishSchema, VersionDetailSchema, VersionSchema
from learnstream.services.authoring import courses, publishing, restoring, versions
from learnstream.services.authoring.publishing import Learners, Publication
from learnstream.services.authoring.versions import DescribedVersion, HistoryEntry
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "version",
    __name__,
    position=70,
    title="Courses: publishing",
    description="Publishing courses, and their published versions.",
)


@blp.post("/courses/<object_id:course_id>/publish")
@blp.arguments(PublishSchema, example={"note": cast.NOTE})
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, PublicationSchema, example=examples.PUBLICATION)
@blp.raises(
    NoSuchCourse,
    NotYourCourse,
    NothingToPublish,
    quiz_examples.NOTHING_TO_ANSWER,
    quiz_examples.NOT_PUBLISHABLE,
    assignment_examples.NO_ASSIGNMENT,
    assignment_examples.NOT_PUBLISHABLE,
)
@etag.conditional
def publish_course(body: dict[str, Any], course_id: str, expect: etag.Revisions) -> tuple[Publication, dict[str, str]]:
    """Publish the draft as a new version.

    New learners get this version from now on; enrolled learners move to it unless `learners` is `keep`. Lessons whose
    video cannot be played yet are published nevertheless and listed in `warnings`. Quizzes are published with their
    questions as they are now, and must have all that they need, as must assignments. Versions are immutable. The `ETag`
    is that of the draft, which can be edited further. An archived course stays archived.
    """
    require_course_author(course_id)
    publication = publishing.publish(
        course_id=course_id,
        published_by=caller.id,
        note=body["note"],
        learners=Learners(body["learners"]),
        expect=expect,
    )
    return publication, etag.of(publication.course)


@blp.get("/courses/<object_id:course_id>/versions")
@blp.lists(VersionSchema, example=examples.VERSION)
@blp.raises(NoSuchCourse)
def list_versions(course_id: str, page: Page) -> list[HistoryEntry]:
    """List a course's versions, newest first.

    For the course's instructors and administrators.
    """
    require_draft(caller, courses.view(course_id))
    return entries(page, versions.history(course_id, part=requested_part(page)))


@blp.get("/courses/<object_id:course_id>/versions/<row_id:number>")
@blp.response(200, VersionDetailSchema, example=examples.VERSION_DETAIL)
@blp.raises(NoSuchCourse, NoSuchVersion)
def read_version(course_id: str, number: int) -> DescribedVersion:
    """Get a version: the course's description and outline.

    For the course's instructors and administrators.
    """
    course = courses.view(course_id)
    require_draft(caller, course)
    return versions.describe(course_id, number, current=course.current_version)


@blp.post("/courses/<object_id:course_id>/versions/<row_id:number>/restore")
@confirms_caller
@commits()
@blp.response(200, CourseDraftSchema, example=examples.RESTORED)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchVersion)
@etag.conditional
def restore_version(course_id: str, number: int, expect: etag.Revisions) -> tuple[CourseDraft, dict[str, str]]:
    """Restore the draft from a version.

    Title, description, outline and the contents of all lessons replace those of the draft, whose changes are lost;
    nothing is published. The slug and the instructors do not change.
    """
    require_course_author(course_id)
    course = restoring.restore(course_id=course_id, number=number, restored_by=caller.id, expect=expect)
    return course, etag.of(course)
