"""Groups and their members, for administrators."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.enrollment import GroupArchived, GroupCodeTaken, NoSuchGroup
from learnstream.schemas.enrollment.group import (
    ChangedMembersSchema,
    GroupChangeSchema,
    GroupMemberSchema,
    GroupQuerySchema,
    GroupSchema,
    MemberQuerySchema,
    MembersSchema,
    MoveMembersSchema,
    NewGroupSchema,
)
from learnstream.services.enrollment import group_members, groups
from learnstream.services.enrollment.group_members import Changed
from learnstream.web.paging import Page


@blp.get("/groups")
@admins_only
@blp.lists(GroupSchema, query=GroupQuerySchema)
def list_groups(query: dict[str, Any], page: Page) -> Sequence[dict[str, Any]]:
    """List groups by name.

    All groups, or only archived ones, or the one with a code.
    """
    return entries(page, groups.browse(**query, part=requested_part(page)))


@blp.post("/groups")
@blp.arguments(NewGroupSchema)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, GroupSchema)
@blp.raises(GroupCodeTaken)
def create_group(body: dict[str, Any]) -> dict[str, Any]:
    """Create a group without members.

    Its code must be new, whatever its case.
    """
    return groups.create(by=caller.id, **body)


@blp.get("/groups/<row_id:group_id>")
@admins_only
@blp.response(200, GroupSchema)
@blp.raises(NoSuchGroup)
def read_group(group_id: int) -> dict[str, Any]:
    """Get a group.

    With the number of its members.
    """
    return groups.find(group_id)


@blp.patch("/groups/<row_id:group_id>")
@blp.arguments(GroupChangeSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, GroupSchema)
@blp.raises(NoSuchGroup, GroupCodeTaken)
def update_group(body: dict[str, Any], group_id: int) -> dict[str, Any]:
    """Change a group, archive it or restore it.

    An archived group keeps its members, and takes no new ones. They do not see it any more.
    """
    return groups.change(group_id, by=caller.id, **body)


@blp.delete("/groups/<row_id:group_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchGroup)
def delete_group(group_id: int) -> None:
    """Delete a group, but none of its members' accounts.

    Who was in it, and when, is lost; archive a group to keep it.
    """
    groups.remove(group_id, by=caller.id)


@blp.get("/groups/<row_id:group_id>/members")
@admins_only
@blp.lists(GroupMemberSchema, query=MemberQuerySchema)
@blp.raises(NoSuchGroup)
def list_group_members(query: dict[str, Any], page: Page, group_id: int) -> Sequence[dict[str, Any]]:
    """List a group's members by name.

    All present members, or those whose names or addresses match a search.
    """
    return entries(page, group_members.browse(group_id, **query, part=requested_part(page)))


@blp.post("/groups/<row_id:group_id>/members")
@blp.arguments(MembersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ChangedMembersSchema)
@blp.raises(NoSuchGroup, GroupArchived)
def create_group_members(body: dict[str, Any], group_id: int) -> Changed:
    """Add users to a group.

    Whatever their role, which does not change. Those who are in it already stay as they are. If any of the users does
    not exist, nobody is added.
    """
    return group_members.add(group_id, **body, by=caller.id)


@blp.post("/groups/<row_id:group_id>/members/remove")
@blp.arguments(MembersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ChangedMembersSchema)
@blp.raises(NoSuchGroup)
def delete_group_members(body: dict[str, Any], group_id: int) -> Changed:
    """Remove users from a group.

    Those who are not in it are counted as unchanged, and do not hinder the others.
    """
    return group_members.remove(group_id, **body, by=caller.id)


@blp.post("/groups/<row_id:group_id>/members/move")
@blp.arguments(MoveMembersSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ChangedMembersSchema)
@blp.raises(NoSuchGroup, GroupArchived)
def move_group_members(body: dict[str, Any], group_id: int) -> Changed:
    """Move members to another group, at once.

    Those who are not in this group are counted as unchanged, and are not added to the other one.
    """
    return group_members.move(group_id, **body, by=caller.id)
