"""Administration of subjects."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.subjects import NoSuchSubject, SubjectExists
from learnstream.models.subject import Subject
from learnstream.schemas.authoring.subject import (
    AdministeredSubjectSchema,
    NewSubjectSchema,
    SubjectPatchSchema,
    SubjectTeachersSchema,
)
from learnstream.services.authoring import subject_changes, subjects
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page


@blp.get("/subjects")
@admins_only
@blp.lists(AdministeredSubjectSchema, example=example_of(AdministeredSubjectSchema()))
def list_administered_subjects(page: Page) -> Sequence[Subject]:
    """List all subjects by name.

    With the ids of their teachers.
    """
    return entries(page, subjects.browse(part=requested_part(page)))


@blp.post("/subjects")
@blp.arguments(NewSubjectSchema)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, AdministeredSubjectSchema)
@blp.raises(SubjectExists)
def create_subject(body: dict[str, Any]) -> Subject:
    """Create a subject.

    No other subject may have its name or its code; case makes no difference.
    """
    return subject_changes.add(by=caller.id, **body)


@blp.get("/subjects/<row_id:subject_id>")
@admins_only
@blp.response(200, AdministeredSubjectSchema)
@blp.raises(NoSuchSubject)
def read_administered_subject(subject_id: int) -> Subject:
    """Get a subject.

    With the ids of its teachers.
    """
    return subjects.find(subject_id)


@blp.patch("/subjects/<row_id:subject_id>")
@blp.arguments(SubjectPatchSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, AdministeredSubjectSchema)
@blp.raises(NoSuchSubject, SubjectExists)
def update_subject(body: dict[str, Any], subject_id: int) -> Subject:
    """Change a subject.

    Its courses show a new name soon afterwards, without a publication. Versions keep the name that they were published
    with.
    """
    return subject_changes.change(subject_id, by=caller.id, **body)


@blp.put("/subjects/<row_id:subject_id>/teachers")
@blp.arguments(SubjectTeachersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, AdministeredSubjectSchema)
@blp.raises(NoSuchSubject)
def replace_subject_teachers(body: dict[str, Any], subject_id: int) -> Subject:
    """Replace the list of a subject's teachers.

    They may do in all courses of the subject what the courses' own instructors may. This takes effect with the next
    request. Courses do not list them as instructors.
    """
    return subject_changes.replace_teachers(subject_id, by=caller.id, **body)


@blp.delete("/subjects/<row_id:subject_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchSubject)
def delete_subject(subject_id: int) -> None:
    """Delete a subject.

    Its courses stand in none soon afterwards, and keep its name as their `subject`.
    """
    subject_changes.remove(subject_id, by=caller.id)
