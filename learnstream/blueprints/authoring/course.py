"""Courses: the public catalogue, and drafts for their instructors."""

from typing import Any

from learnstream.blueprints.authoring import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import (
    caller,
    confirms_caller,
    maybe_caller,
    optional_token,
    prefetches,
)
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.documents.course import CourseDraft, ListedDraft
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import (
    CourseHasLearners,
    InstructorsOnly,
    NeverPublished,
    NoSuchCourse,
    NotYourCourse,
)
from learnstream.policies.access import require_admin, require_can_author, require_draft
from learnstream.schemas.authoring.course import (
    BrowseSchema,
    CourseCreateSchema,
    CourseDraftSchema,
    CoursePatchSchema,
    CourseSchema,
    CourseSummarySchema,
    DraftLabelsSchema,
    InstructorsSchema,
    MineSchema,
)
from learnstream.schemas.authoring.lesson import DraftQuerySchema, LessonEntrySchema
from learnstream.schemas.authoring.outline import OutlineSchema
from learnstream.services.authoring import courses, instructors, lessons, outlines, removal, versions
from learnstream.services.delivery import catalogue, visibility
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "course",
    __name__,
    position=40,
    title="Courses",
    description="Courses: the public catalogue, and drafts for their instructors.",
)


@blp.post("/courses")
@blp.arguments(CourseCreateSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, CourseDraftSchema, example=examples.CREATED, headers=etag.CREATED)
@blp.raises(InstructorsOnly)
def create_course(body: dict[str, Any]) -> tuple[CourseDraft, dict[str, str]]:
    """Create a course as a draft.

    The creator becomes the first instructor. Only its instructors and administrators see it until it is published.
    """
    require_can_author(caller)
    course = courses.create(created_by=caller.id, **body)
    return course, etag.of(course) | {"Location": f"/courses/{course['_id']}/draft"}


@blp.get("/courses")
@blp.lists(CourseSummarySchema, query=BrowseSchema, example=examples.SUMMARY)
@etag.cacheable
def list_courses(query: dict[str, Any], page: Page) -> Content:
    """Search the catalogue.

    Returns published courses that accept new learners, in their current versions. `q` searches titles, tags, summaries
    and descriptions; use `"a phrase"` to match a phrase and `-word` to exclude a word.
    """
    sort = query.pop("sort", None)
    found = catalogue.browse(filters=query, sort=sort, part=requested_part(page))
    page.total, page.position = found.facts["total"], found.facts["place"]
    return found


@blp.get("/courses/<object_id:course_id>")
@blp.response(200, CourseSchema, example=examples.COURSE)
@blp.raises(NoSuchCourse)
@etag.cacheable
def read_course(course_id: str) -> Content:
    """Get the current version of a course.

    Archived courses can still be read. A course that was never published has a draft only.
    """
    return catalogue.read(course_id)


@blp.get("/courses/<object_id:course_id>/lessons")
@optional_token
@prefetches(visibility.outline_prefetch_keys)
@blp.arguments(DraftQuerySchema, location="query")
@blp.response(200, LessonEntrySchema(many=True), example=[examples.ENTRY])
@blp.raises(NoSuchCourse)
@etag.cacheable
def list_lessons(query: dict[str, Any], course_id: str) -> Content:
    """List a course's lessons in outline order.

    Returns the version of the caller's enrollment if there is one, otherwise the current version. With `draft=true`,
    the course's instructors and administrators get the draft; other callers get 404.
    """
    course = courses.view(course_id)
    if query["draft"]:
        require_draft(maybe_caller(), course)
        return lessons.outline(course_id)
    return versions.outline(course_id, visibility.version_for(maybe_caller(), course))


@blp.get("/users/me/courses")
@blp.lists(DraftLabelsSchema, query=MineSchema, example=examples.LISTED)
@blp.raises(AdminsOnly)
def list_my_courses(query: dict[str, Any], page: Page) -> list[ListedDraft]:
    """List the courses that the caller teaches, including drafts, most recently changed first.

    These are the courses that list the caller among their instructors, and those of subjects that the caller teaches.
    Administrators get all courses with `everybody=true`.
    """
    if query["everybody"]:
        require_admin(caller)
    found = courses.list_drafts(
        instructor_id=None if query["everybody"] else caller.id,
        subject_ids=caller.subject_ids,
        status=query.get("status"),
        part=requested_part(page),
    )
    return entries(page, found)


@blp.get("/courses/<object_id:course_id>/draft")
@blp.response(200, CourseDraftSchema, example=examples.DRAFT, headers=etag.ETAG)
@blp.raises(NoSuchCourse)
def read_course_draft(course_id: str) -> tuple[CourseDraft, dict[str, str]]:
    """Get a course's draft.

    Send its `ETag` as `If-Match` with changes.
    """
    course = courses.draft(course_id)
    require_draft(caller, courses.view_of(course))
    return course, etag.of(course)


@blp.patch("/courses/<object_id:course_id>")
@blp.arguments(CoursePatchSchema, example=examples.CHANGE)
@confirms_caller
@commits()
@blp.response(200, CourseDraftSchema, example=examples.CHANGED)
@blp.raises(NoSuchCourse, NotYourCourse, NeverPublished)
@etag.conditional
def update_course(body: dict[str, Any], course_id: str, expect: etag.Revisions) -> tuple[CourseDraft, dict[str, str]]:
    """Change a course's draft, or archive the course.

    Changes to the description become visible to learners with the next publication. `max_playback_rate` and `status`
    take effect immediately: `archived` removes the course from the catalogue and closes it to new enrollments, while
    enrolled learners keep their access; `published` reopens it.
    """
    require_course_author(course_id)
    course = courses.update(course_id=course_id, changed_by=caller.id, changes=body, expect=expect)
    return course, etag.of(course)


@blp.put("/courses/<object_id:course_id>/instructors")
@blp.arguments(InstructorsSchema)
@confirms_caller
@commits()
@blp.response(200, CourseDraftSchema, example=examples.DRAFT | examples.INSTRUCTORS)
@blp.raises(NoSuchCourse, NotYourCourse)
@etag.conditional
def replace_instructors(
    body: dict[str, Any], course_id: str, expect: etag.Revisions
) -> tuple[CourseDraft, dict[str, str]]:
    """Replace the list of the course's instructors.

    Takes effect immediately, without a publication. Users removed from the list, including the caller, can no longer
    change the course.
    """
    require_course_author(course_id)
    course = instructors.replace(course_id=course_id, changed_by=caller.id, expect=expect, **body)
    return course, etag.of(course)


@blp.put("/courses/<object_id:course_id>/outline")
@blp.arguments(OutlineSchema, example=examples.OUTLINE)
@confirms_caller
@blp.response(200, CourseDraftSchema, example=examples.OUTLINED)
@blp.raises(NoSuchCourse, NotYourCourse, examples.BAD_OUTLINE, examples.CIRCLE)
@etag.conditional
def replace_outline(body: dict[str, Any], course_id: str, expect: etag.Revisions) -> tuple[CourseDraft, dict[str, str]]:
    """Replace the draft's outline: its modules and the order of lessons.

    Send the whole outline; it must contain every lesson of the draft exactly once. A module without `id` is created,
    and a module that is left out is removed. Modules, and single lessons in `conditions`, may have prerequisites and a
    release date; conditions that are left out are removed too. They apply to learners from the next publication on;
    free previews, instructors and administrators are exempt.
    """
    require_course_author(course_id)
    course = outlines.replace(course_id=course_id, modules=body["modules"], expect=expect)
    return course, etag.of(course)


@blp.delete("/courses/<object_id:course_id>")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchCourse, NotYourCourse, CourseHasLearners)
@etag.conditional
def delete_course(course_id: str, expect: etag.Revisions) -> None:
    """Delete a course that has never had an enrollment, with its lessons and versions.

    Archive a course that has or had learners instead.
    """
    require_course_author(course_id)
    removal.delete(course_id=course_id, deleted_by=caller.id, expect=expect)
