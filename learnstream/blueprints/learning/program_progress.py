"""The caller's progress in programs."""

from typing import Any

from learnstream.blueprints.common.authentication import caller, prefetches
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.enrollment.program import blp
from learnstream.blueprints.learning import examples
from learnstream.policies import entitlements
from learnstream.schemas.learning.program_progress import ProgramProgressSchema
from learnstream.services.learning import program_progress
from learnstream.web.paging import Page

__all__ = ["blp"]


@blp.get("/users/me/programs")
@prefetches(entitlements.seats_prefetch_keys)
@blp.lists(ProgramProgressSchema, example=examples.MY_PROGRAM)
def list_my_programs(page: Page) -> list[dict[str, Any]]:
    """List the programs that the caller is enrolled in with their progress, latest first.

    With each of their courses, in order: whether it is open to the caller, and how far they are.
    """
    return entries(page, program_progress.for_learner(caller.id, part=requested_part(page)))
