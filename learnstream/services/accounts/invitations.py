"""Invitations: creation, lists, resending and revocation. `acceptance` is what the invited do with them.

Each belongs to a scope: administrators' to the school, instructors' to their course. Repeating one is harmless: an
address has one open invitation per scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, delete, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.invitations import InvitationAccepted, InvitationRevoked, NoSuchInvitation
from learnstream.integrations import mail
from learnstream.models import Role
from learnstream.models.invitation import SCHOOL, Invitation, InvitationState
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
MAILS_APART = timedelta(hours=1)  # between the mails of an invitation that is repeated
RESENT = Limit("invitation-resent", failures=3, seconds=3600)
KEPT_AFTER_END = timedelta(days=90)
# The topic of commands to mail an invitation's link; messaging handles it.
MAIL = "invitations.mail"
# Ascending; the whole numbers are compared.
RANKS = {Role.STUDENT: 0, Role.INSTRUCTOR: 1, Role.ADMIN: 2}
IS_NEW: ColumnElement[bool] = literal_column("invitations.xmax = 0")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite, to what. `language` is that of the mail, if one is chosen."""

    email: str
    role: Role = Role.STUDENT
    course_ids: Sequence[str] = ()
    message: str = ""
    language: str | None = None


def invite_all(invitees: Sequence[Invitee], *, invited_by: int, scope: str = SCHOOL) -> list[Invitation]:
    """Invite people; return their invitations in the same order."""
    invited = {}
    # Sorted, so that two requests that invite the same people cannot deadlock.
    for place, invitee in sorted(enumerate(invitees), key=lambda each: folding.caseless(each[1].email)):
        invited[place] = invite(invitee, invited_by=invited_by, scope=scope)
    return [invited[place] for place in range(len(invitees))]


def invite(invitee: Invitee, *, invited_by: int, scope: str = SCHOOL) -> Invitation:
    """Invite an address, or renew its open invitation of this scope.

    An invitation that is renewed gains courses, and the role if it is higher; one that has expired begins anew. It
    gets a mail, unless it got one within the last hour.
    """
    invitation, is_new = _insert(invitee, invited_by, scope)
    if not is_new:
        _renew(invitation, invitee)
    if not invitation.mail_requested_at or invitation.mail_requested_at <= now() - MAILS_APART:
        _request_mail(invitation)
    _record("invitation.created" if is_new else "invitation.repeated", invitation, by=invited_by)
    db.session.flush()
    return invitation


def _insert(invitee: Invitee, invited_by: int, scope: str) -> tuple[Invitation, bool]:
    """Insert an invitation, or lock the open one with this address and scope; return it, and whether it is new."""
    columns = {
        "email": invitee.email,
        "email_key": folding.caseless(invitee.email),
        "scope": scope,
        "role": invitee.role,
        "course_ids": [*dict.fromkeys(invitee.course_ids)],
        "message": invitee.message,
        "language": invitee.language,
        "invited_by": invited_by,
        "expires_at": now() + LIFETIME,
    }
    # The unique index decides between concurrent requests; a query before the insert would be a race.
    inserted = insert(Invitation).values(columns)
    either = inserted.on_conflict_do_update(
        index_elements=["email_key", "scope"],
        index_where=Invitation.is_open(),
        set_={"invited_by": inserted.excluded.invited_by},
    )
    invitation, is_new = db.session.execute(
        either.returning(Invitation, IS_NEW), execution_options={"populate_existing": True}
    ).one()
    return invitation, is_new


def _renew(invitation: Invitation, invitee: Invitee) -> None:
    if invitation.state is InvitationState.EXPIRED:
        invitation.role, invitation.course_ids, invitation.mail_requested_at = invitee.role, [], None
    invitation.role = max(invitation.role, invitee.role, key=RANKS.__getitem__)
    invitation.course_ids = [*dict.fromkeys([*invitation.course_ids, *invitee.course_ids])]
    invitation.message = invitee.message or invitation.message
    invitation.language = invitee.language or invitation.language
    invitation.expires_at = now() + LIFETIME


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
        TooManyFailures: it was resent too often.
    """
    mail.require_configured()
    invitation = _prolong(invitation_id, by=by, scope=scope)
    throttle.count_request(Counter(RESENT, str(invitation.id)))
    _request_mail(invitation)
    _record("invitation.resent", invitation, by=by)
    db.session.flush()
    return invitation


def create_link(invitation_id: int, *, by: int, base: str) -> dict[str, Any]:
    """Return the `url` that accepts an invitation, to be handed over in person, and when it `expires_at`.

    base: where this application is reached, if the configuration does not say so.

    Raises:
        NoSuchInvitation, InvitationAccepted, InvitationRevoked: as in `revoke`.
    """
    invitation = _prolong(invitation_id, by=by, scope=None)
    _record("invitation.link_created", invitation, by=by)
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
    _record("invitation.revoked", invitation, by=by)
    db.session.flush()


def mint_token(invitation: Invitation, *, mailed: bool) -> str:
    """Return the token that accepts an invitation.

    mailed: whether it is sent to the address, so that accepting verifies the address.
    """
    return links.mint(Purpose.INVITATION, state=state_of(invitation), invitation=invitation.id, mailed=mailed)


def state_of(invitation: Invitation) -> str:
    """Return the state that tokens are bound to. Whether it is open is not part of it: that has errors of its own."""
    return f"{invitation.id}\n{invitation.email_key}"


def require_open(invitation: Invitation) -> None:
    """Require an open invitation, which may have expired.

    Raises:
        InvitationAccepted, InvitationRevoked: it is not.
    """
    if invitation.accepted_at:
        raise InvitationAccepted()
    if invitation.revoked_at:
        raise InvitationRevoked()


def delete_ended() -> int:
    """Delete invitations that ended a while ago; return their number."""
    before = now() - KEPT_AFTER_END
    # One that was accepted or revoked ended before it would have expired; it is kept a little longer.
    ended = delete(Invitation).where(Invitation.expires_at <= before).returning(Invitation.id)
    return len(db.session.scalars(ended).all())


def _prolong(invitation_id: int, *, by: int, scope: str | None) -> Invitation:
    """Return an open invitation, locked, for which the caller stands from now on."""
    invitation = _lock_open(invitation_id, scope)
    invitation.invited_by, invitation.expires_at = by, now() + LIFETIME
    return invitation


def _lock_open(invitation_id: int, scope: str | None) -> Invitation:
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if invitation is None or scope not in {None, invitation.scope}:
        raise NoSuchInvitation()
    require_open(invitation)
    return invitation


def _request_mail(invitation: Invitation) -> None:
    if not mail.is_configured():
        invitation.mail_requested_at = None
        return
    invitation.mail_requested_at = now()
    db.session.flush()
    outbox.add(MAIL, invitation_id=invitation.id, request=token_hex(8))


def _record(action: str, invitation: Invitation, *, by: int) -> None:
    audit.record(
        action,
        actor_id=by,
        target_kind="invitation",
        target_id=invitation.id,
        email=invitation.email,
        role=invitation.role,
        course_ids=invitation.course_ids,
    )
