"""Subjects, for everybody."""

from learnstream.blueprints.authoring import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.pagination import requested_part
from learnstream.errors.subjects import NoSuchSubject
from learnstream.schemas.authoring.course import CourseSummarySchema
from learnstream.schemas.authoring.subject import SubjectSchema
from learnstream.services.authoring import subjects
from learnstream.services.delivery import catalogue
from learnstream.services.foundation.content import Content
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page

blp = Blueprint(
    "subject",
    __name__,
    position=45,
    title="Subjects",
    description="Subjects, such as physics, and their courses.",
)


@blp.get("/subjects")
@blp.lists(SubjectSchema, example=example_of(SubjectSchema()))
@etag.cacheable
def list_subjects(page: Page) -> Content:
    """List all subjects by name.

    Also those that no published course stands in.
    """
    found = subjects.public_list(part=requested_part(page))
    page.total, page.position = found.facts["total"], found.facts["place"]
    return found


@blp.get("/subjects/<row_id:subject_id>")
@blp.response(200, SubjectSchema)
@blp.raises(NoSuchSubject)
@etag.cacheable
def read_subject(subject_id: int) -> Content:
    """Get a subject.

    `GET /subjects/{subject_id}/courses` lists its courses.
    """
    return subjects.public_page(subject_id)


@blp.get("/subjects/<row_id:subject_id>/courses")
@blp.lists(CourseSummarySchema, example=examples.SUMMARY)
@blp.raises(NoSuchSubject)
@etag.cacheable
def list_subject_courses(page: Page, subject_id: int) -> Content:
    """List the published courses in a subject, newest first.

    These are the entries of the catalogue; `GET /courses?subject_id=…` also searches, filters and sorts them.
    """
    subjects.public_page(subject_id)
    found = catalogue.browse(filters={"subject_id": subject_id}, sort=None, part=requested_part(page))
    page.total, page.position = found.facts["total"], found.facts["place"]
    return found
