"""The programs that groups are given, for administrators."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.enrollment import GroupArchived, NoSuchGroup, NotGivenToGroup
from learnstream.errors.programs import NoSuchProgram, ProgramUnpublished
from learnstream.models.group import GroupProgram
from learnstream.schemas.enrollment.group import GroupProgramStateSchema, TermsSchema
from learnstream.services.enrollment import group_programs
from learnstream.web.paging import Page


@blp.get("/groups/<row_id:group_id>/programs")
@admins_only
@blp.lists(GroupProgramStateSchema)
@blp.raises(NoSuchGroup)
def list_group_programs(page: Page, group_id: int) -> Sequence[GroupProgram]:
    """List the programs that a group is given.

    In the order in which it was given them.
    """
    return entries(page, group_programs.browse(group_id, part=requested_part(page)))


@blp.put("/groups/<row_id:group_id>/programs/<row_id:program_id>")
@blp.arguments(TermsSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, GroupProgramStateSchema)
@blp.raises(NoSuchGroup, GroupArchived, NoSuchProgram, ProgramUnpublished)
def replace_group_program(body: dict[str, Any], group_id: int, program_id: int) -> GroupProgram:
    """Give a group a program, or change the dates.

    All present and later members get seats in its courses, in the background, also in courses that are added to it or
    published later. If the program is sequential, they get each course when they have completed the one before. Dates
    that were changed for a single learner before are replaced.
    """
    return group_programs.give(group_id, program_id, **body, by=caller.id)


@blp.delete("/groups/<row_id:group_id>/programs/<row_id:program_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchGroup, NotGivenToGroup)
def delete_group_program(group_id: int, program_id: int) -> None:
    """Take a program from a group.

    Its members lose the seats that they have for this reason alone, in the background.
    """
    group_programs.take(group_id, program_id, by=caller.id)
