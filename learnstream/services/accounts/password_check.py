"""Verification of the caller's current password, before changes of their own account."""

from learnstream.errors.accounts import WrongPassword
from learnstream.models import User
from learnstream.services.accounts import accounts, passwords, throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit

CURRENT_PASSWORD = Limit("current-password", failures=5, seconds=300)


def require(user: User, given: str) -> None:
    """Require a user's current password. No row may be locked, because hashing takes long.

    Raises:
        WrongPassword: it is wrong. An audit entry may be pending and must be committed.
        TooManyFailures: it was wrong too often.
    """
    # Counted separately from sign-ins, so that an attacker's failed sign-ins cannot block the owner.
    counter = Counter(CURRENT_PASSWORD, str(user.id))
    throttle.require_not_paused(counter)
    if not passwords.matches(user.password_hash, given):
        if throttle.count_failure(counter):
            audit.record_about_user("password.throttled", user.id, by=user.id)
        raise WrongPassword()
    throttle.record_success(counter, resetting=counter)


def lock_verified(user: User) -> User:
    """Lock an account whose password has just been verified.

    Raises:
        WrongPassword: it was changed meanwhile.
    """
    verified = user.password_hash
    user = accounts.lock(user.id)
    if user.password_hash != verified:
        raise WrongPassword()
    return user
