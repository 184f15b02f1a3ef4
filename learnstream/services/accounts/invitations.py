"""Invitations: their lists, resending, links and revocation. `invitees` creates them, and `acceptance` uses them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, select

from learnstream.clock import now
from learnstream.errors.invitations import InvitationAccepted, InvitationRevoked, InvitationVoid, NoSuchInvitation
from learnstream.integrations import mail
from learnstream.models import Role, User
from learnstream.models.invitation import SCHOOL, Invitation, InvitationState
from learnstream.policies.access import may_invite
from learnstream.services.accounts import links, throttle
from learnstream.services.accounts.links import LIFETIMES, Purpose
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit, outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.text import folding

NEWEST = Columns((Invitation.id,), descending=True)
LIFETIME = LIFETIMES[Purpose.INVITATION]
RESENT = Limit("invitation-resent", failures=3, seconds=3600)
# To one address, from all courses: an invitation that is revoked and created anew is another one, mailed at once.
FROM_COURSES = Limit("invitation-from-courses", failures=10, seconds=3600)
KEPT_AFTER_END = timedelta(days=90)
# The topic of commands to mail an invitation's link; messaging handles it.
MAIL = "invitations.mail"
# The higher number is the higher role.
RANKS = {Role.STUDENT: 0, Role.INSTRUCTOR: 1, Role.ADMIN: 2}


def browse(
    *, part: Part, state: InvitationState | None = None, email: str | None = None, scope: str | None = None
) -> Found[Invitation]:
    """Return a part of the invitations, newest first. `email` is an address in any case."""
    conditions = [
        *([Invitation.is_in(state)] if state else []),
        *([Invitation.email_key == folding.caseless(email)] if email else []),
        *([Invitation.scope == scope] if scope else []),
    ]
    return rows_of(select(Invitation).where(*conditions), NEWEST, part)


def resend(invitation_id: int, *, by: int, scope: str | None = None) -> Invitation:
    """Have the link mailed again, for an invitation that is then valid for its whole lifetime anew.

    Raises:
        MailUnconfigured: this deployment sends no mails.
        NoSuchInvitation, InvitationAccepted, InvitationRevoked: as in `revoke`.
        InvitationVoid: its inviter may not invite to its role any more.
        TooManyFailures: it was resent too often.
    """
    mail.require_configured()
    invitation = _prolong(invitation_id, scope)
    throttle.count_request(Counter(RESENT, str(invitation.id)))
    request_mails([invitation], now())
    record("invitation.resent", invitation, by=by)
    db.session.flush()
    return invitation


def create_link(invitation_id: int, *, by: int, base: str) -> dict[str, Any]:
    """Return the `url` that accepts an invitation, to be handed over in person, and when it `expires_at`.

    base: where this application is reached, if the configuration does not say so.

    Raises:
        NoSuchInvitation, InvitationAccepted, InvitationRevoked: as in `revoke`.
        InvitationVoid: its inviter may not invite to its role any more.
    """
    invitation = _prolong(invitation_id, None)
    record("invitation.link_created", invitation, by=by)
    token = mint_token(invitation, mailed=False)
    return {"url": links.url(Purpose.INVITATION, token, base=base), "expires_at": invitation.expires_at}


def revoke(invitation_id: int, *, by: int, scope: str | None = None) -> None:
    """Revoke an open invitation.

    Raises:
        NoSuchInvitation: there is none with this id, or not in this scope.
        InvitationAccepted, InvitationRevoked: it is not open.
    """
    invitation = _lock_open(invitation_id, scope)
    invitation.revoked_at = now()
    record("invitation.revoked", invitation, by=by)
    db.session.flush()


def revoke_all(email: str, *, by: int | None) -> None:
    """Revoke the open invitations of an address: it turned out not to be the invited person's."""
    of_address = select(Invitation).where(Invitation.email_key == folding.caseless(email), Invitation.is_open())
    for invitation in db.session.scalars(of_address.order_by(Invitation.id).with_for_update()):
        invitation.revoked_at = now()
        record("invitation.revoked", invitation, by=by)


def mint_token(invitation: Invitation, *, mailed: bool) -> str:
    """Return the token that accepts an invitation.

    mailed: whether it is sent to the address, so that accepting verifies the address.
    """
    return links.mint(Purpose.INVITATION, state=state_of(invitation), invitation=invitation.id, mailed=mailed)


def state_of(invitation: Invitation) -> str:
    """Return the state that tokens are bound to: older links do not gain a higher role.

    Whether it is open is not part of it: that has errors of its own.
    """
    return f"{invitation.id}\n{invitation.email_key}\n{invitation.role.value}"


def require_open(invitation: Invitation) -> None:
    """Require an open invitation, which may have expired.

    Raises:
        InvitationAccepted, InvitationRevoked: it is not.
    """
    if invitation.accepted_at:
        raise InvitationAccepted()
    if invitation.revoked_at:
        raise InvitationRevoked()


def find_inviter(invitation: Invitation) -> User | None:
    """Return the inviter, read anew, if they may still invite to this role."""
    inviter = db.session.get(User, invitation.invited_by, populate_existing=True)
    valid = inviter and inviter.is_active and may_invite(inviter.role, invitation.role)
    return inviter if valid else None


def require_inviter(invitation: Invitation) -> User:
    """Return the inviter.

    Raises:
        InvitationVoid: they may not invite to this role any more.
    """
    if (inviter := find_inviter(invitation)) is None:
        raise InvitationVoid()
    return inviter


def delete_ended() -> int:
    """Delete invitations that ended a while ago; return their number."""
    before = now() - KEPT_AFTER_END
    # One that was accepted or revoked ended before it would have expired; it is kept a little longer.
    ended = delete(Invitation).where(Invitation.expires_at <= before).returning(Invitation.id)
    return len(db.session.scalars(ended).all())


def request_mails(invitations: Sequence[Invitation], requested_at: datetime | None) -> None:
    """Have the links of invitations mailed. `requested_at` is null where this deployment sends no mails.

    Raises:
        TooManyFailures: instructors have had too many mailed to one of the addresses.
    """
    for invitation in invitations:
        invitation.mail_requested_at = requested_at
    if requested_at and invitations:
        for each in invitations:
            if each.scope != SCHOOL:
                throttle.count_request(Counter(FROM_COURSES, each.email_key))
        outbox.add(MAIL, invitation_ids=[each.id for each in invitations], request=token_hex(8))


def record(action: str, invitation: Invitation, *, by: int | None) -> None:
    """Add an audit log entry about an invitation."""
    audit.record(
        action,
        actor_id=by,
        target_kind="invitation",
        target_id=invitation.id,
        email=invitation.email,
        role=invitation.role,
        course_ids=invitation.course_ids,
    )


def _prolong(invitation_id: int, scope: str | None) -> Invitation:
    """Return an open invitation, locked, and valid for its whole lifetime anew."""
    invitation = _lock_open(invitation_id, scope)
    require_inviter(invitation)
    invitation.expires_at = now() + LIFETIME
    return invitation


def _lock_open(invitation_id: int, scope: str | None) -> Invitation:
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if invitation is None or scope not in {None, invitation.scope}:
        raise NoSuchInvitation()
    require_open(invitation)
    return invitation
