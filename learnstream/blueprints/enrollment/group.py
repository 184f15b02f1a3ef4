"""Groups, for those who are in them."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.schemas.enrollment.group import MyGroupSchema
from learnstream.services.enrollment import groups
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint("group", __name__, position=105, title="Groups", description="Groups of learners, such as classes.")


@blp.get("/users/me/groups")
@blp.lists(MyGroupSchema)
def list_my_groups(page: Page) -> Sequence[dict[str, Any]]:
    """List the groups that the caller is in, by name.

    Without archived ones.
    """
    return entries(page, groups.of_member(caller.id, part=requested_part(page)))
