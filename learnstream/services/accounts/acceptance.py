"""Accepting an invitation: its link gives the address's account a role and, through a follower of the fact, seats."""

from dataclasses import dataclass

from sqlalchemy import update

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.accounts import AccountDisabled, EmailTaken, LinkExpired, LinkInvalid
from learnstream.errors.invitations import NotInvited, SignInToAccept
from learnstream.models import EventType, Role, SeatSource, User
from learnstream.models.invitation import Invitation
from learnstream.services.accounts import accounts, directory, invitations, links, suppression
from learnstream.services.accounts.links import Purpose
from learnstream.services.foundation import audit, events, locks
from learnstream.stores.sql import db


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted invitation, and the account that it was accepted with; `created`: by this."""

    invitation: Invitation
    user: User
    created: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """The identity of the person who accepts an invitation: that of an access token (`user_id`), or of a new account."""

    user_id: int | None = None
    name: str | None = None
    password: str | None = None


def accept(token: str, credentials: Credentials) -> Accepted:
    """Accept an invitation with the account of the invited address, which is created if there is none.

    The role of an existing account rises to the invitation's, and never falls.

    Raises:
        LinkInvalid, LinkExpired: see `links.read`.
        InvitationAccepted, InvitationRevoked: it is not open any more.
        InvitationVoid: the inviter may not invite to this role now.
        SignInToAccept, NotInvited: the address has an account, and no access token or that of another one was sent.
        Unprocessable: name or password are missing, or sent with an access token.
        PasswordRefused, AccountDisabled.
    """
    holder, password_hash = _prepare(read(token), credentials)
    invitation, mailed = _use(token)
    if holder is None:
        user = _create_account(invitation, credentials.name or "", password_hash or "")
        inviter = _require_inviter(invitation)
    else:
        inviter = _require_inviter(invitation)
        user = _lock_account(holder, invitation)
        _change_account(user, invitation, credentials.name, password_hash)
    if mailed and user.email == invitation.email:
        suppression.confirm_mailbox(user)
    _record(invitation, user, inviter)
    return Accepted(invitation, user, created=holder is None)


def read(token: str) -> Invitation:
    """Return the invitation that a token accepts, without using it up.

    Raises:
        LinkInvalid, LinkExpired, InvitationAccepted, InvitationRevoked, InvitationVoid: as in `accept`.
    """
    claims = links.read(Purpose.INVITATION, token)
    invitation = _require(db.session.get(Invitation, claims["invitation"]))
    claims.require_state(invitations.state_of(invitation))
    invitations.require_inviter(invitation)
    return invitation


def _use(token: str) -> tuple[Invitation, bool]:
    """Mark a token's invitation as accepted, and lock it; return it, and whether the token was mailed."""
    claims = links.read(Purpose.INVITATION, token)
    pending = (Invitation.id == claims["invitation"]) & Invitation.is_open() & (Invitation.expires_at > now())
    # One conditional UPDATE decides between concurrent requests: the others wait for its commit and find no row.
    used = update(Invitation).where(pending).values(accepted_at=now()).returning(Invitation)
    invitation = db.session.scalar(used, execution_options={"populate_existing": True})
    if invitation is None:
        _require(db.session.get(Invitation, claims["invitation"], populate_existing=True))
        # It was prolonged a moment ago.
        raise LinkExpired()
    claims.require_state(invitations.state_of(invitation))
    return invitation, claims["mailed"]


def _require(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise LinkInvalid()
    invitations.require_open(invitation)
    if invitation.expires_at <= now():
        raise LinkExpired()
    return invitation


def _prepare(invitation: Invitation, credentials: Credentials) -> tuple[User | None, str | None]:
    """Return the account of the invited address, and the hash of its first password, if it has no account or password.

    Nothing is locked yet, because hashing takes long; what is read here is checked again afterwards.
    """
    holder = accounts.find(invitation.email)
    if holder:
        return holder, _admit(holder, invitation, credentials)
    given = {"name": credentials.name, "password": credentials.password}
    if missing := [field for field, value in given.items() if value is None]:
        reason = "Required, because the invited address has no account."
        raise Unprocessable(errors={"json": {field: [reason] for field in missing}})
    return None, accounts.hash_first_password(email=invitation.email, **given)  # type: ignore[arg-type]


def _create_account(invitation: Invitation, name: str, password_hash: str) -> User:
    try:
        user = accounts.add(name=name, email=invitation.email, role=invitation.role, password_hash=password_hash)
    except EmailTaken:
        raise SignInToAccept() if accounts.find(invitation.email) else EmailTaken() from None
    user.language = invitation.language
    return user


def _admit(holder: User, invitation: Invitation, credentials: Credentials) -> str | None:
    """Check who accepts for an existing account; return the hash of its first password, if it had none."""
    if credentials.user_id == holder.id:
        given = {"name": credentials.name, "password": credentials.password}
        if unexpected := [field for field, value in given.items() if value is not None]:
            reason = "Must not be sent, because the invited address has an account."
            raise Unprocessable(errors={"json": {field: [reason] for field in unexpected}})
        return None
    if not lacks_password(holder, invitation):
        raise SignInToAccept() if credentials.user_id is None else NotInvited()
    if not holder.is_active:
        raise AccountDisabled()
    if credentials.password is None:
        raise Unprocessable(errors={"json": {"password": ["Required, because the account has none."]}})
    return accounts.hash_new_password(holder, password=credentials.password)


def lacks_password(holder: User, invitation: Invitation) -> bool:
    """Return whether the link may set the account's first password: not if it went to another spelling of the address.

    Spellings that count as one address may be different mailboxes: `straße@…` and `strasse@…`.
    """
    return not holder.password_hash and holder.email == invitation.email


def _require_inviter(invitation: Invitation) -> User:
    """Return the inviter, whose role does not change until the transaction ends."""
    locks.lock_administrators()
    return invitations.require_inviter(invitation)


def _lock_account(holder: User, invitation: Invitation) -> User:
    """Lock the account, unless its address, password or state have changed since it was read."""
    seen = holder.email_key, holder.password_hash, holder.is_active
    user = accounts.lock(holder.id)
    if (user.email_key, user.password_hash, user.is_active) != seen:
        raise SignInToAccept()
    return user


def _change_account(user: User, invitation: Invitation, name: str | None, password_hash: str | None) -> None:
    user.name = name or user.name
    if password_hash:
        directory.set_password(user, password_hash, by=user.id)
    if invitations.RANKS[invitation.role] > invitations.RANKS[user.role]:
        directory.change_role(user, invitation.role, by=invitation.invited_by)


def _record(invitation: Invitation, user: User, inviter: User) -> None:
    invitation.accepted_by = user.id
    audit.record(
        "invitation.accepted", actor_id=user.id, target_kind="invitation", target_id=invitation.id, role=user.role
    )
    events.record(
        EventType.INVITATION_ACCEPTED,
        str(invitation.id),
        invitation_id=invitation.id,
        user_id=user.id,
        role=invitation.role.value,
        course_ids=[*invitation.course_ids],
        invited_by=inviter.id,
        # What administrators give, only they take away; a learner invited by an instructor may leave by themselves.
        source=(SeatSource.ADMIN if inviter.role is Role.ADMIN else SeatSource.SELF).value,
    )
    db.session.flush()
