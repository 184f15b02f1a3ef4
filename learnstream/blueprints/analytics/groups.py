"""Groups and the progress of their members, for the groups' staff."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_visible_group
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.errors.authoring import InstructorsOnly
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.policies.access import require_can_author
from learnstream.schemas.analytics.group_progress import MemberProgressSchema
from learnstream.schemas.enrollment.group import GroupSchema, StaffGroupSchema
from learnstream.services.analytics import group_progress
from learnstream.services.enrollment import group_staff, groups
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "group_staff",
    __name__,
    position=155,
    title="Groups of learners",
    url_prefix="/groups",
    description="The groups whose progress you follow as one of their staff.",
)


@blp.get("")
@blp.lists(GroupSchema)
@blp.raises(InstructorsOnly)
def list_staff_groups(page: Page) -> Sequence[dict[str, Any]]:
    """List the groups of whose staff the caller is, by name.

    Archived ones included. Administrators see all groups at `/admin/groups`.
    """
    require_can_author(caller)
    return entries(page, group_staff.groups_of(caller.id, part=requested_part(page)))


@blp.get("/<row_id:group_id>")
@blp.response(200, StaffGroupSchema)
@blp.raises(NoSuchGroup)
def read_staff_group(group_id: int) -> dict[str, Any]:
    """Get a group with the courses and programs that it is given.

    For its staff and administrators; to others it does not exist.
    """
    require_visible_group(group_id)
    return groups.with_given(group_id)


@blp.get("/<row_id:group_id>/progress")
@blp.lists(MemberProgressSchema)
@blp.raises(NoSuchGroup)
def list_group_progress(page: Page, group_id: int) -> Response:
    """List a group's members by name, with their progress in its courses.

    Progress is counted every minute, and is 0 where a member has not begun. `courses` has the same order for all
    members.
    """
    require_visible_group(group_id)
    return private_json(entries(page, group_progress.browse(group_id, part=requested_part(page))))


@blp.get("/<row_id:group_id>/progress.csv")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchGroup)
def export_group_progress_as_csv(group_id: int) -> Response:
    """Export the progress of a group's members as CSV.

    A row for each member and course.
    """
    require_visible_group(group_id)
    return stream_csv(f"group-{group_id}", group_progress.COLUMNS, group_progress.export(group_id))


@blp.get("/<row_id:group_id>/progress.xlsx")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchGroup)
def export_group_progress_as_xlsx(group_id: int) -> Response:
    """Export the progress of a group's members as XLSX.

    A row for each member and course.
    """
    require_visible_group(group_id)
    return stream_xlsx(f"group-{group_id}", group_progress.COLUMNS, group_progress.export(group_id))
