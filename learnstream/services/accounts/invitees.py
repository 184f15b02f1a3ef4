"""Inviting people by their addresses.

An invitation belongs to a scope: administrators' to the school, instructors' to their course. Repeating one is
harmless: an address has one open invitation per scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.integrations import mail
from learnstream.models import Role
from learnstream.models.invitation import SCHOOL, Invitation, InvitationState
from learnstream.services.accounts import invitations
from learnstream.services.accounts.invitations import LIFETIME, RANKS
from learnstream.stores.sql import db
from learnstream.text import folding

MAILS_APART = timedelta(hours=1)  # between the mails of an invitation that is repeated
IS_NEW: ColumnElement[bool] = literal_column("invitations.xmax = 0")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite, to what. `language` is that of the mail, if one is chosen."""

    email: str
    role: Role = Role.STUDENT
    course_ids: Sequence[str] = ()
    message: str = ""
    language: str | None = None


def invite(invitee: Invitee, *, invited_by: int, scope: str = SCHOOL) -> Invitation:
    """Invite one person, as `invite_all` does."""
    [invitation] = invite_all([invitee], invited_by=invited_by, scope=scope)
    return invitation


def invite_all(invitees: Sequence[Invitee], *, invited_by: int, scope: str = SCHOOL) -> list[Invitation]:
    """Invite people, or renew their open invitations of this scope; return the invitations in the same order.

    An invitation that is renewed gains courses, and the role if it is higher; one that has expired, or whose inviter
    may not invite to its role any more, begins anew. It gets a mail, unless it got one for this role within the last
    hour.
    """
    requested_at = now() if mail.is_configured() else None
    invited = _insert_all(invitees, invited_by, scope, requested_at)
    actions: dict[Invitation, str] = {}
    for invitee in invitees:
        invitation, is_new = invited[folding.caseless(invitee.email)]
        if not is_new or invitation in actions:
            _renew(invitation, invitee, invited_by)
        actions.setdefault(invitation, "invitation.created" if is_new else "invitation.repeated")
    # Together, since each statement that follows another takes a round trip.
    invitations.request_mails([each for each in actions if _is_mail_due(each, requested_at)], requested_at)
    for invitation, action in actions.items():
        invitations.record(action, invitation, by=invited_by)
    db.session.flush()
    return [invited[folding.caseless(invitee.email)][0] for invitee in invitees]


def _is_mail_due(invitation: Invitation, requested_at: datetime | None) -> bool:
    """True if a mail is requested now: the invitation is new, was made more of, or its last mail is long ago."""
    last = invitation.mail_requested_at
    return last is None or last == requested_at or last <= now() - MAILS_APART


def _insert_all(
    invitees: Sequence[Invitee], invited_by: int, scope: str, requested_at: datetime | None
) -> dict[str, tuple[Invitation, bool]]:
    """Insert invitations, or lock the open ones with these addresses and this scope.

    Return them by `email_key`, each with whether it is new. One statement for all: with it, an import of 10,000 takes 35 s and not 42.
    """
    columns = [_columns(each, invited_by, scope, requested_at) for each in reversed(invitees)]
    # Sorted, so that two requests that invite the same people cannot deadlock. Of one address, the first counts.
    distinct = {each["email_key"]: each for each in columns}
    if not distinct:
        return {}
    # The unique index decides between concurrent requests; a query before the insert would be a race.
    inserted = insert(Invitation).values([distinct[key] for key in sorted(distinct)])
    either = inserted.on_conflict_do_update(
        index_elements=["email_key", "scope"],
        index_where=Invitation.is_open(),
        set_={"email_key": inserted.excluded.email_key},  # the same: it only locks the row
    )
    found = db.session.execute(either.returning(Invitation, IS_NEW), execution_options={"populate_existing": True})
    return {invitation.email_key: (invitation, is_new) for invitation, is_new in found}


def _columns(invitee: Invitee, invited_by: int, scope: str, requested_at: datetime | None) -> dict[str, Any]:
    return {
        "email": invitee.email,
        "email_key": folding.caseless(invitee.email),
        "scope": scope,
        "role": invitee.role,
        "course_ids": [*dict.fromkeys(invitee.course_ids)],
        "message": invitee.message,
        "language": invitee.language,
        "invited_by": invited_by,
        "expires_at": now() + LIFETIME,
        # Of a new one: an open one keeps its own. Setting it afterwards would take another statement.
        "mail_requested_at": requested_at,
    }


def _renew(invitation: Invitation, invitee: Invitee, invited_by: int) -> None:
    if invitation.state is InvitationState.EXPIRED or invitations.find_inviter(invitation) is None:
        invitation.role, invitation.course_ids, invitation.mail_requested_at = invitee.role, [], None
    if RANKS[invitee.role] > RANKS[invitation.role]:
        # Links that were mailed before do not give this role.
        invitation.role, invitation.mail_requested_at = invitee.role, None
    if invitee.role is invitation.role:
        # Only those who invite to the whole role stand for it.
        invitation.invited_by = invited_by
    invitation.course_ids = [*dict.fromkeys([*invitation.course_ids, *invitee.course_ids])]
    invitation.message = invitee.message or invitation.message
    invitation.language = invitee.language or invitation.language
    invitation.expires_at = now() + LIFETIME
