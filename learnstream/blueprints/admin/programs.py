"""Administration of programs, and of who is enrolled in them."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.programs import NoSuchProgram, ProgramUnpublished
from learnstream.models.program import Program
from learnstream.schemas.enrollment.group import ChangedMembersSchema, MembersSchema
from learnstream.schemas.enrollment.program import (
    AdministeredProgramSchema,
    NewProgramSchema,
    ProgramMemberSchema,
    ProgramPatchSchema,
)
from learnstream.services.enrollment import program_members, programs
from learnstream.services.enrollment.group_members import Changed
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page


@blp.get("/programs")
@admins_only
@blp.lists(AdministeredProgramSchema, example=example_of(AdministeredProgramSchema()))
def list_administered_programs(page: Page) -> Sequence[Program]:
    """List all programs by title.

    Published or not.
    """
    return entries(page, programs.browse(part=requested_part(page)))


@blp.post("/programs")
@blp.arguments(NewProgramSchema)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, AdministeredProgramSchema)
def create_program(body: dict[str, Any]) -> Program:
    """Create a program.

    It may contain courses that are not published yet; its learners get them when they are.
    """
    return programs.create(by=caller.id, **body)


@blp.get("/programs/<row_id:program_id>")
@admins_only
@blp.response(200, AdministeredProgramSchema)
@blp.raises(NoSuchProgram)
def read_administered_program(program_id: int) -> Program:
    """Get a program.

    Published or not, with the ids of its courses in order.
    """
    return programs.find(program_id)


@blp.patch("/programs/<row_id:program_id>")
@blp.arguments(ProgramPatchSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, AdministeredProgramSchema)
@blp.raises(NoSuchProgram)
def update_program(body: dict[str, Any], program_id: int) -> Program:
    """Change a program.

    `course_ids` are all its courses afterwards. Its learners get seats in new courses soon afterwards, and lose those
    in courses that it no longer has, unless they have the course for another reason.
    """
    return programs.change(program_id, by=caller.id, **body)


@blp.delete("/programs/<row_id:program_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchProgram)
def delete_program(program_id: int) -> None:
    """Delete a program.

    The seats that it gave end soon afterwards, unless there is another reason for them. Progress is kept.
    """
    programs.remove(program_id, by=caller.id)


@blp.get("/programs/<row_id:program_id>/members")
@admins_only
@blp.lists(ProgramMemberSchema, example=example_of(ProgramMemberSchema()))
@blp.raises(NoSuchProgram)
def list_program_members(page: Page, program_id: int) -> Sequence[dict[str, Any]]:
    """List the learners of a program by name.

    Those who are enrolled in the program itself.
    """
    return entries(page, program_members.browse(program_id, part=requested_part(page)))


@blp.post("/programs/<row_id:program_id>/members")
@blp.arguments(MembersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ChangedMembersSchema)
@blp.raises(NoSuchProgram, ProgramUnpublished)
def create_program_members(body: dict[str, Any], program_id: int) -> Changed:
    """Enroll users in a program.

    They get seats in its courses soon afterwards, with the source `program`: in all of them, or, if it is sequential,
    in the first one, and in each next one when they complete the one before. Who is barred from a course gets no seat
    there. If any of the users does not exist, nobody is enrolled.
    """
    return program_members.add(program_id, **body, by=caller.id)


@blp.post("/programs/<row_id:program_id>/members/remove")
@blp.arguments(MembersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ChangedMembersSchema)
@blp.raises(NoSuchProgram)
def delete_program_members(body: dict[str, Any], program_id: int) -> Changed:
    """Take users out of a program.

    The seats that it gave them end soon afterwards, unless there is another reason for them. Those who are not in it
    are counted as unchanged.
    """
    return program_members.remove(program_id, **body, by=caller.id)
