"""Programs, for everybody."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.enrollment import examples
from learnstream.errors.programs import NoSuchProgram
from learnstream.models.program import Program
from learnstream.schemas.enrollment.program import ProgramEntrySchema, ProgramSchema
from learnstream.services.enrollment import programs
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page

blp = Blueprint(
    "program",
    __name__,
    position=104,
    title="Programs",
    description="Programs: courses in an order, which learners are enrolled in together.",
)


@blp.get("/programs")
@blp.lists(ProgramEntrySchema, example=example_of(ProgramEntrySchema()))
def list_programs(page: Page) -> Sequence[Program]:
    """List the published programs by title.

    With the ids of their courses, in order.
    """
    return entries(page, programs.browse(published=True, part=requested_part(page)))


@blp.get("/programs/<row_id:program_id>")
@blp.response(200, ProgramSchema, example=examples.PROGRAM)
@blp.raises(NoSuchProgram)
def read_program(program_id: int) -> dict[str, Any]:
    """Get a published program with its courses.

    Courses that are not published are left out.
    """
    return programs.described(programs.find(program_id, published=True))
