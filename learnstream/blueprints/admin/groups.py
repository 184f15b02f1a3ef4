"""Groups and their members, for administrators."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import CourseArchived, GroupArchived, GroupCodeTaken, NoSuchGroup, NotGivenToGroup
from learnstream.models.group import GroupCourse
from learnstream.schemas.enrollment.group import (
    ChangedMembersSchema,
    GroupChangeSchema,
    GroupCourseStateSchema,
    GroupMemberSchema,
    GroupQuerySchema,
    GroupSchema,
    GroupStateSchema,
    MemberQuerySchema,
    MembersSchema,
    MoveMembersSchema,
    NewGroupSchema,
    StaffSchema,
    TermsSchema,
)
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
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
@blp.response(201, GroupStateSchema)
@blp.raises(GroupCodeTaken)
def create_group(body: dict[str, Any]) -> dict[str, Any]:
    """Create a group without members.

    Its code must be new, whatever its case.
    """
    return groups.create(by=caller.id, **body)


@blp.get("/groups/<row_id:group_id>")
@admins_only
@blp.response(200, GroupStateSchema)
@blp.raises(NoSuchGroup)
def read_group(group_id: int) -> dict[str, Any]:
    """Get a group.

    With the number of its members, and `seats`: how far they have been given what the group is. Read it about once a
    second until nothing is due.
    """
    return groups.find(group_id)


@blp.patch("/groups/<row_id:group_id>")
@blp.arguments(GroupChangeSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, GroupStateSchema)
@blp.raises(NoSuchGroup, GroupCodeTaken)
def update_group(body: dict[str, Any], group_id: int) -> dict[str, Any]:
    """Change a group, archive it or restore it.

    An archived group keeps its members, and takes no new ones. They do not see it any more, and lose the seats that they
    have for this reason alone; restoring it gives them again.
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

    Its members lose the seats that they have for this reason alone, and keep their progress. Who was in it, and when, is
    lost; archive a group to keep that.
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

    They get seats in the courses that the group is given. Their roles do not change, and those who are in it already stay
    as they are. If any of the users does not exist, nobody is added.
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

    They lose the seats that they have for this reason alone, and find their progress if they come back. Those who are not
    in it are counted as unchanged, and do not hinder the others.
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

    Courses that both groups are given stay open to them. Those who are not in this group are counted as unchanged, and are
    not added to the other one.
    """
    return group_members.move(group_id, **body, by=caller.id)


@blp.get("/groups/<row_id:group_id>/courses")
@admins_only
@blp.lists(GroupCourseStateSchema)
@blp.raises(NoSuchGroup)
def list_group_courses(page: Page, group_id: int) -> Sequence[GroupCourse]:
    """List the courses that a group is given.

    In the order in which it was given them.
    """
    return entries(page, group_courses.browse(group_id, part=requested_part(page)))


@blp.put("/groups/<row_id:group_id>/courses/<object_id:course_id>")
@blp.arguments(TermsSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, GroupCourseStateSchema)
@blp.raises(NoSuchGroup, GroupArchived, NoSuchCourse, CourseArchived)
def replace_group_course(body: dict[str, Any], group_id: int, course_id: str) -> GroupCourse:
    """Give a group a course, or change the dates.

    All present and later members get seats, in the background. Dates that were changed for a single learner before are
    replaced. Users who are barred from the course are skipped.
    """
    return group_courses.give(group_id, course_id, **body, by=caller.id)


@blp.delete("/groups/<row_id:group_id>/courses/<object_id:course_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchGroup, NotGivenToGroup)
def delete_group_course(group_id: int, course_id: str) -> None:
    """Take a course from a group.

    Its members lose the seats that they have for this reason alone, in the background.
    """
    group_courses.take(group_id, course_id, by=caller.id)


@blp.get("/groups/<row_id:group_id>/staff")
@admins_only
@blp.response(200, StaffSchema)
@blp.raises(NoSuchGroup)
def read_group_staff(group_id: int) -> dict[str, Any]:
    """Get the ids of a group's staff.

    They see its learners, and their progress in its courses.
    """
    return {"user_ids": group_staff.ids(group_id)}


@blp.put("/groups/<row_id:group_id>/staff")
@blp.arguments(StaffSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, StaffSchema)
@blp.raises(NoSuchGroup)
def replace_group_staff(body: dict[str, Any], group_id: int) -> dict[str, Any]:
    """Replace a group's staff.

    Instructors and administrators. They see its learners, and their progress in its courses, from the next request on,
    and edit nothing.
    """
    return {"user_ids": group_staff.replace(group_id, **body, by=caller.id)}
