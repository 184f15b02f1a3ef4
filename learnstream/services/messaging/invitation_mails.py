"""Mails with the links of invitations."""

from typing import Any

from learnstream.models import User
from learnstream.models.invitation import Invitation, InvitationState
from learnstream.models.mail import Mail, MailTemplate
from learnstream.services.accounts import accounts, invitations, links
from learnstream.services.accounts.links import Purpose
from learnstream.services.delivery import catalogue
from learnstream.services.foundation import outbox
from learnstream.services.messaging import letters, mails
from learnstream.services.messaging.letters import NotNeeded, letter
from learnstream.stores.sql import db
from learnstream.text.translation import SOURCE


@outbox.handles(invitations.MAIL)
def handle(payload: dict[str, Any]) -> None:
    """Request the mails of invitations, except for those that have ended since."""
    for invitation_id in payload["invitation_ids"]:
        invitation = db.session.get(Invitation, invitation_id)
        if invitation is not None and invitation.state is InvitationState.PENDING:
            _request(invitation, payload["request"])


def _request(invitation: Invitation, request: str) -> None:
    inviter, holder = accounts.get(invitation.invited_by), accounts.find(invitation.email)
    mails.request(
        MailTemplate.INVITATION,
        # The letter reads the invitation's id from it.
        cause=f"invitation:{request}:{invitation.id}",
        address=invitation.email,
        user_id=holder.id if holder else None,
        language=_language(invitation, holder, inviter),
        inviter=inviter.name,
        role=invitation.role.value,
        courses=catalogue.titles(invitation.course_ids),
        message=invitation.message,
    )


@letter(MailTemplate.INVITATION)
def add_link(mail: Mail) -> dict[str, Any]:
    """Add the link, unless the invitation has ended, or is void since its inviter may not invite to its role any more."""
    invitation = db.session.get(Invitation, letters.subject_id(mail))
    if invitation is None or invitation.state is not InvitationState.PENDING:
        raise NotNeeded()
    if invitations.find_inviter(invitation) is None:
        raise NotNeeded()
    token = invitations.mint_token(invitation, mailed=True)
    return {"link": links.url(Purpose.INVITATION, token), "expires_on": invitation.expires_at.date().isoformat()}


def _language(invitation: Invitation, holder: User | None, inviter: User) -> str:
    """Return the language that was chosen, else that of the recipient, else that of the inviter."""
    return invitation.language or (holder and holder.language) or inviter.language or SOURCE
