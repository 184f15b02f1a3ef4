"""Accepting an invitation without an access token, as on our own page."""

import enum

from learnstream.errors.accounts import MfaCodeRequired
from learnstream.models.invitation import Invitation
from learnstream.services.accounts import acceptance, accounts, second_factor, signin
from learnstream.services.accounts.acceptance import Accepted, Credentials


class Need(enum.Enum):
    """What an invitation needs besides its token: a new account, its first password, or its owner."""

    ACCOUNT = enum.auto()
    PASSWORD = enum.auto()
    SIGN_IN = enum.auto()

    @classmethod
    def of(cls, invitation: Invitation) -> "Need":
        """Return what an invitation needs at present."""
        holder = accounts.find(invitation.email)
        if holder is None:
            return cls.ACCOUNT
        return cls.PASSWORD if acceptance.lacks_password(holder, invitation) else cls.SIGN_IN


def accept(
    token: str, *, network: str, name: str | None = None, password: str | None = None, code: str | None = None
) -> Accepted:
    """Accept an invitation, as `acceptance.accept` does, with the account's password instead of an access token.

    code: of the account's second factor, if it has one.

    Raises:
        InvalidCredentials: the password is wrong. An audit entry may be pending and must be committed.
        MfaCodeRequired: the account has a second factor, and no code was sent.
        WrongCode: the code is wrong. The failure is counted, which must be committed.
        TooManyFailures: password or code were wrong too often.
    """
    invitation = acceptance.read(token)
    if Need.of(invitation) is not Need.SIGN_IN:
        return acceptance.accept(token, Credentials(name=name, password=password))
    user = signin.authenticate(email=invitation.email, password=password or "", network=network)
    if second_factor.enabled_at(user.id):
        if not code:
            raise MfaCodeRequired()
        second_factor.require_code(user.id, code=code)
    return acceptance.accept(token, Credentials(user_id=user.id))
