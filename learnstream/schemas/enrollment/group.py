"""Request and response schemas of groups."""

from typing import Any

from marshmallow import fields, validate

from learnstream.models.group import MAX_GROUP_CODE, MAX_GROUP_NAME
from learnstream.schemas.common.base import Flag, Instant, Line, ObjectIdText, RowId, Schema, SomethingToChange, Text
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

MAX_AT_ONCE = 1000
NAME = {"description": "The group's name.", "example": cast.GROUP_NAME}
CODE = {"description": "A short name that no other group has, in any case.", "example": cast.GROUP_CODE}
DESCRIPTION = {"description": "What the group is for; empty if nothing is said.", "example": "Mondays at ten."}
STARTS_ON = {"description": "The group's first day, for people to read; or null.", "example": "2026-03-01"}
ENDS_ON = {"description": "The group's last day, for people to read; or null.", "example": "2026-07-15"}


def _count(description: str, example: int) -> fields.Integer:
    return fields.Integer(metadata={"description": description, "example": example})


def _day(metadata: dict[str, Any]) -> fields.Date:
    # By the default format: `strftime` would not pad a year before 1000.
    return fields.Date(allow_none=True, metadata=metadata)


class GroupQuerySchema(Schema):
    archived = fields.Boolean(metadata={"description": "Only archived groups (`true`), or only the others (`false`)."})
    code = Line(max=MAX_GROUP_CODE, metadata={"description": "Only the group with this code, in any case."})


class NewGroupSchema(Schema):
    name = Line(required=True, max=MAX_GROUP_NAME, metadata=NAME)
    code = Line(required=True, max=MAX_GROUP_CODE, metadata=CODE)
    description = Text(max=2000, strip=True, metadata=DESCRIPTION)
    starts_on = _day(STARTS_ON)
    ends_on = _day(ENDS_ON)


class GroupChangeSchema(SomethingToChange):
    name = Line(max=MAX_GROUP_NAME, metadata=NAME)
    code = Line(max=MAX_GROUP_CODE, metadata=CODE)
    description = Text(max=2000, strip=True, metadata=DESCRIPTION)
    starts_on = _day(STARTS_ON)
    ends_on = _day(ENDS_ON)
    archived = Flag(metadata={"description": "True archives the group, false restores it.", "example": False})


def _instant(description: str, example: str | None = None, **kwargs: Any) -> Instant:
    return Instant(allow_none=True, metadata={"description": description, "example": example}, **kwargs)


class TermsSchema(Schema):
    mandatory = Flag(load_default=True, metadata={"description": "Whether members have to take it.", "example": True})
    due_at = _instant("Until when members should complete it, for people to read; or null.", cast.PUBLISHED_AT)
    starts_at = _instant("From when members have it; null: from when they join or it is given.")
    expires_at = _instant("Until when members have it; null: while they are in the group.", cast.EXPIRES_AT)


class GroupCourseSchema(TermsSchema):
    course_id = ObjectIdText(metadata={"description": "The course's id."})


class GroupCourseStateSchema(GroupCourseSchema):
    closed_at = _instant("When seats could not be given, because the course is not open to new learners; or null.")
    created_at = Instant(metadata={"description": "Since when the group is given the course."})


class GroupProgramSchema(TermsSchema):
    program_id = fields.Integer(metadata={"description": "The program's id.", "example": cast.PROGRAM_ID})
    title = fields.String(
        attribute="program.title", metadata={"description": "The program's title.", "example": cast.PROGRAM_TITLE}
    )
    course_ids = fields.List(
        fields.String(),
        attribute="program.course_ids",
        metadata={"description": "The ids of the program's courses, in their order.", "example": [cast.COURSE_ID]},
    )


class GroupProgramStateSchema(GroupProgramSchema):
    created_at = Instant(metadata={"description": "Since when the group is given the program."})


class GivenSchema(Schema):
    courses = fields.List(
        fields.Nested(GroupCourseSchema),
        metadata={
            "description": "The courses that the group is given by themselves.",
            "example": [example_of(GroupCourseSchema())],
        },
    )
    programs = fields.List(
        fields.Nested(GroupProgramSchema),
        metadata={
            "description": "The programs that the group is given.",
            "example": [example_of(GroupProgramSchema())],
        },
    )


class GroupNamesSchema(Schema):
    id = fields.Integer(metadata={"description": "The group's id.", "example": cast.GROUP_ID})
    name = fields.String(metadata=NAME)
    code = fields.String(metadata=CODE)
    description = fields.String(metadata=DESCRIPTION)
    starts_on = _day(STARTS_ON)
    ends_on = _day(ENDS_ON)


class MyGroupSchema(GroupNamesSchema, GivenSchema):
    joined_at = Instant(metadata={"description": "Since when the caller is in the group."})


class GroupSchema(GroupNamesSchema):
    members = fields.Integer(metadata={"description": "How many members the group has.", "example": 2})
    archived_at = Instant(
        allow_none=True, metadata={"description": "Since when it is archived; or null.", "example": None}
    )
    created_at = Instant(metadata={"description": "When it was created."})
    updated_at = Instant(metadata={"description": "When it was last changed."})


class TitledCourseSchema(Schema):
    course_id = ObjectIdText(metadata={"description": "The course's id."})
    title = fields.String(metadata={"description": "The course's title.", "example": cast.COURSE_TITLE})


class StaffGroupSchema(GroupSchema, GivenSchema):
    """A group as its staff see it."""

    all_courses = fields.List(
        fields.Nested(TitledCourseSchema),
        metadata={
            "description": "The courses that members get, by themselves and in programs, each once. Deleted ones are left out.",
            "example": [example_of(TitledCourseSchema())],
        },
    )


class GroupSeatsSchema(Schema):
    due = _count("Seats that are yet to be given or ended.", 0)
    done = _count("Seats that members have.", 2)
    failed = _count("Seats of users who are barred, and in courses that are not open to new learners.", 0)


class GroupStateSchema(GroupSchema):
    seats = fields.Nested(
        GroupSeatsSchema, metadata={"description": "The progress of giving members what the group is given."}
    )


class MemberQuerySchema(Schema):
    q = Line(
        min=0,
        max=100,
        metadata={"description": "Prefixes of words in the name or address; case and accents are ignored."},
    )


class GroupMemberSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The user's id.", "example": cast.LEARNER_ID})
    name = fields.String(metadata={"description": "The user's name.", "example": cast.LEARNER["name"]})
    email = fields.String(metadata={"description": "The user's address.", "example": cast.LEARNER["email"]})
    joined_at = Instant(metadata={"description": "Since when they are in the group."})


class MembersSchema(Schema):
    user_ids = fields.List(
        RowId(),
        required=True,
        validate=validate.Length(min=1, max=MAX_AT_ONCE),
        metadata={"description": f"The users, at most {MAX_AT_ONCE}.", "example": [cast.LEARNER_ID]},
    )


class MoveMembersSchema(MembersSchema):
    to_group_id = RowId(
        required=True,
        metadata={"description": "The id of the group that they are in afterwards.", "example": cast.OTHER_GROUP_ID},
    )


class ChangedMembersSchema(Schema):
    changed = fields.Integer(metadata={"description": "How many memberships have changed.", "example": 1})
    unchanged = fields.Integer(
        metadata={"description": "How many of the users were as requested, or not in the group.", "example": 0}
    )


class StaffSchema(Schema):
    user_ids = fields.List(
        RowId(),
        required=True,
        validate=validate.Length(max=100),
        metadata={"description": "The group's staff, at most 100.", "example": [cast.INSTRUCTOR["id"]]},
    )
