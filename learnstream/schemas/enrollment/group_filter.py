"""The filter by group, of those who see a course's learners."""

from learnstream.schemas.common.base import RowId, Schema
from learnstream.web import cast


class GroupFilterSchema(Schema):
    group_id = RowId(
        strict=False,
        metadata={
            "description": "Only learners who are in this group, of whose staff the caller is.",
            "example": cast.GROUP_ID,
        },
    )
