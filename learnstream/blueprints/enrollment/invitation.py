"""Accepting invitations, and those of instructors to their courses."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller, maybe_caller, optional_token
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.rate_limit import limited
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.errors.accounts import (
    AccountDisabled,
    EmailTaken,
    LinkExpired,
    LinkInvalid,
    TooManyFailures,
)
from learnstream.errors.authoring import NeverPublished, NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import CourseArchived
from learnstream.errors.invitations import (
    InvitationAccepted,
    InvitationRevoked,
    InvitationVoid,
    NoSuchInvitation,
    NotInvited,
    SignInToAccept,
)
from learnstream.errors.messaging import MailUnconfigured
from learnstream.models.invitation import Invitation
from learnstream.schemas.accounts.invitation import (
    AcceptanceSchema,
    AcceptedInvitationSchema,
    CourseInvitationRequestSchema,
    InvitationQuerySchema,
    InvitationSchema,
)
from learnstream.services.accounts import acceptance, invitations
from learnstream.services.accounts.acceptance import Accepted, Credentials
from learnstream.services.enrollment import inviting
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "invitation",
    __name__,
    position=35,
    title="Invitations",
    description="Accept an invitation, and invite students to the courses that you teach.",
)

# A class may accept its invitations in one minute.
ACCEPTANCES = "100 per minute"
# An instructor invites whole classes; the limit bounds the mails to addresses that nobody has confirmed.
INVITATIONS = "300 per hour"


@blp.post("/auth/invitations/accept")
@limited(ACCEPTANCES, by_network=True)
@optional_token
@hashes_password
@blp.arguments(AcceptanceSchema, example=examples.ACCEPTANCE)
@confirms_caller
@commits()
@blp.response(200, AcceptedInvitationSchema, example=examples.ACCEPTED_INVITATION)
@blp.raises(
    LinkInvalid,
    LinkExpired,
    InvitationAccepted,
    InvitationRevoked,
    InvitationVoid,
    SignInToAccept,
    NotInvited,
    EmailTaken,
    AccountDisabled,
    examples.COMMON_PASSWORD,
)
def accept_invitation(body: dict[str, Any]) -> Accepted:
    """Accept an invitation with the token of its link.

    If the invited address has no account, send `name` and `password`: the account is created, with a verified address
    if the link was mailed to it. Otherwise send that account's access token; its role rises to that of the invitation
    if it was lower, which requires new access tokens. The enrollments follow within seconds.
    """
    known = maybe_caller()
    return acceptance.accept(body.pop("token"), Credentials(user_id=known.id if known else None, **body))


@blp.get("/courses/<object_id:course_id>/invitations")
@blp.lists(InvitationSchema, query=InvitationQuerySchema, example=examples.COURSE_INVITATION)
@blp.raises(NoSuchCourse, NotYourCourse)
def list_course_invitations(query: dict[str, Any], page: Page, course_id: str) -> Sequence[Invitation]:
    """List a course's invitations, newest first.

    Those that were created here, by the course's instructors or administrators.
    """
    require_course_author(course_id)
    return entries(page, invitations.browse(**query, scope=course_id, part=requested_part(page)))


@blp.post("/courses/<object_id:course_id>/invitations")
@limited(INVITATIONS)
@blp.arguments(CourseInvitationRequestSchema, example=examples.COURSE_INVITEE)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, InvitationSchema, example=examples.COURSE_INVITATION)
@blp.raises(NoSuchCourse, NotYourCourse, CourseArchived, NeverPublished, TooManyFailures)
def create_course_invitation(body: dict[str, Any], course_id: str) -> Invitation:
    """Invite a student to a course.

    A link is mailed to the address. Accepting it creates an account with the role `student` if the address has none,
    and enrolls it in the course, provided that the inviter is still one of its instructors. Inviting an address again
    is harmless: it is mailed at most once an hour. All courses together mail an address at most ten invitations an hour.
    """
    course = require_course_author(course_id)
    return inviting.invite_to_course(course, invited_by=caller.id, **body)


@blp.post("/courses/<object_id:course_id>/invitations/<row_id:invitation_id>/resend")
@confirms_caller
@commits()
@blp.response(202, InvitationSchema, example=examples.COURSE_INVITATION)
@blp.raises(
    NoSuchCourse,
    NotYourCourse,
    NoSuchInvitation,
    InvitationAccepted,
    InvitationRevoked,
    InvitationVoid,
    MailUnconfigured,
    TooManyFailures,
)
def resend_course_invitation(course_id: str, invitation_id: int) -> Invitation:
    """Mail the link of one of the course's invitations again.

    At most three times an hour. The invitation is valid for another 14 days.
    """
    require_course_author(course_id)
    return invitations.resend(invitation_id, by=caller.id, scope=course_id)


@blp.delete("/courses/<object_id:course_id>/invitations/<row_id:invitation_id>")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchInvitation, InvitationAccepted, InvitationRevoked)
def delete_course_invitation(course_id: str, invitation_id: int) -> None:
    """Revoke one of the course's invitations.

    Its links are invalid from then on. An accepted one cannot be revoked.
    """
    require_course_author(course_id)
    invitations.revoke(invitation_id, by=caller.id, scope=course_id)
