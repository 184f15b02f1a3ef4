"""Confirmation of the caller's identity, by the password and a code if the account has a second factor."""

from uuid import UUID

from learnstream.errors.accounts import MfaCodeRequired, NoSecondFactor
from learnstream.models import User
from learnstream.models.second_factor import Removal
from learnstream.services.accounts import accounts, password_check, second_factor, sessions


def confirm(*, user_id: int, session_id: UUID, **proof: str) -> None:
    """Make a session's sign-in recent again.

    Raises:
        WrongPassword, WrongCode, MfaCodeRequired, TooManyFailures: as in `_require`.
    """
    _require(user_id, **proof)
    sessions.reauthenticated(session_id)


def remove_second_factor(*, user_id: int, **proof: str) -> None:
    """Remove a user's own second factor.

    Raises:
        WrongPassword, WrongCode, MfaCodeRequired, TooManyFailures: as in `_require`.
        NoSecondFactor: there is none.
    """
    user = _require(user_id, **proof)
    if not second_factor.remove(user, how=Removal.OWNER, by=user.id):
        raise NoSecondFactor()


def replace_recovery_codes(*, user_id: int, **proof: str) -> list[str]:
    """Return new recovery codes for a user; the earlier ones become invalid.

    Raises:
        WrongPassword, WrongCode, MfaCodeRequired, TooManyFailures: as in `_require`.
        NoSecondFactor: the account has no second factor.
    """
    return second_factor.replace_recovery_codes(_require(user_id, **proof).id)


def _require(user_id: int, *, password: str, **code: str) -> User:
    """Return the user if this is their password and, with a second factor, their code; locked until the transaction ends.

    Raises:
        WrongPassword: the password is wrong. An audit entry may be pending and must be committed.
        MfaCodeRequired: the account has a second factor, and there is no code.
        WrongCode: the code is wrong or was used before. The failure is counted, which must be committed.
        TooManyFailures: one of them was wrong too often.
    """
    user = accounts.get(user_id)
    password_check.require(user, password)
    user = password_check.lock_verified(user)
    if second_factor.enabled_at(user_id):
        if not code:
            raise MfaCodeRequired()
        second_factor.require_code(user_id, **code)
    return user
