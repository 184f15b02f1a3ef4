"""Invitations by administrators, with any role and to any published courses."""

from collections.abc import Sequence
from typing import Any

from flask import request

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller, recent_sign_in
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.responses import PRIVATE
from learnstream.errors.accounts import TooManyFailures
from learnstream.errors.invitations import InvitationAccepted, InvitationRevoked, InvitationVoid, NoSuchInvitation
from learnstream.errors.messaging import MailUnconfigured
from learnstream.models import Role
from learnstream.models.invitation import Invitation
from learnstream.schemas.accounts.administration import LinkSchema
from learnstream.schemas.accounts.invitation import (
    InvitationQuerySchema,
    InvitationRequestSchema,
    InvitationRequestsSchema,
    InvitationSchema,
)
from learnstream.services.accounts import invitations
from learnstream.services.accounts.invitees import Invitee
from learnstream.services.enrollment import inviting
from learnstream.web.paging import Page


@blp.get("/invitations")
@admins_only
@blp.lists(InvitationSchema, query=InvitationQuerySchema, example=examples.INVITATION)
def list_invitations(query: dict[str, Any], page: Page) -> Sequence[Invitation]:
    """List invitations, newest first.

    All of them, including those of instructors to their courses, or those in a state or of an address. They are
    listed for 90 days after they end.
    """
    return entries(page, invitations.browse(**query, part=requested_part(page)))


@blp.post("/invitations")
@blp.arguments(InvitationRequestSchema, example=examples.INVITEE)
@confirms_caller
@admins_only
@recent_sign_in(when=lambda body: _give_rights([body]))
@commits(idempotency_key=True)
@blp.response(201, InvitationSchema, example=examples.INVITATION)
def create_invitation(body: dict[str, Any]) -> Invitation:
    """Invite a person to have an account.

    A link is mailed to the address. Accepting it creates the account, or raises the role of an existing one, and
    enrolls it in the courses. Inviting an address again is harmless: the pending invitation gains the courses, and
    the role if it is higher, and is mailed again at most once an hour. Roles other than `student` need a recent
    sign-in.
    """
    return inviting.invite(Invitee(**body), invited_by=caller.id)


@blp.post("/invitations/batch")
@blp.arguments(InvitationRequestsSchema, example={"invitations": [examples.INVITEE]})
@confirms_caller
@admins_only
@recent_sign_in(when=lambda body: _give_rights(body["invitations"]))
@commits(idempotency_key=True)
@blp.response(201, InvitationSchema(many=True), example=[examples.INVITATION])
def create_invitations(body: dict[str, Any]) -> list[Invitation]:
    """Invite up to 100 people.

    Returns their invitations in the same order. If any field is not valid, nobody is invited. Roles other than
    `student` need a recent sign-in.
    """
    return inviting.invite_all([Invitee(**each) for each in body["invitations"]], invited_by=caller.id)


@blp.post("/invitations/<row_id:invitation_id>/resend")
@confirms_caller
@admins_only
@commits()
@blp.response(202, InvitationSchema, example=examples.INVITATION)
@blp.raises(NoSuchInvitation, InvitationAccepted, InvitationRevoked, InvitationVoid, MailUnconfigured, TooManyFailures)
def resend_invitation(invitation_id: int) -> Invitation:
    """Mail the link of a pending or expired invitation again.

    At most three times an hour. The invitation is valid for another 14 days.
    """
    return invitations.resend(invitation_id, by=caller.id)


@blp.post("/invitations/<row_id:invitation_id>/link")
@confirms_caller
@admins_only
@recent_sign_in()
@commits()
@blp.response(201, LinkSchema, example=examples.INVITATION_LINK)
@blp.raises(NoSuchInvitation, InvitationAccepted, InvitationRevoked, InvitationVoid)
def create_invitation_link(invitation_id: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Create a link that accepts an invitation, to hand out instead of mailing it.

    Needs a recent sign-in. Hand the link to the invited person alone. The invitation is valid for another 14 days.
    An account that is created with the link has an unverified address. That the link was created is in the audit log,
    the link itself is not.
    """
    return invitations.create_link(invitation_id, by=caller.id, base=request.url_root), 201, PRIVATE


@blp.delete("/invitations/<row_id:invitation_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchInvitation, InvitationAccepted, InvitationRevoked)
def delete_invitation(invitation_id: int) -> None:
    """Revoke a pending or expired invitation.

    Its links are invalid from then on. What an accepted one gave can be taken back from the account.
    """
    invitations.revoke(invitation_id, by=caller.id)


def _give_rights(invitations: list[dict[str, Any]]) -> bool:
    return any(each["role"] is not Role.STUDENT for each in invitations)
