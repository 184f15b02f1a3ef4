"""Second factors: an authenticator app, with recovery codes in case it is lost.

PostgreSQL alone decides: a factor's row is locked while a code is checked, so that a code works once and wrong codes are
counted, however many processes are asked at once and whether or not Redis is up.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.accounts import (
    NoSecondFactor,
    SecondFactorEnabled,
    TooManyFailures,
    WrongCode,
)
from learnstream.models import EventType, User
from learnstream.models.second_factor import Removal, SecondFactor
from learnstream.policies import entitlements
from learnstream.services.accounts import recovery_codes, secret_box, totp
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db

# After so many wrong codes in all, none is checked for a while. Only a right code resets the count.
MAX_FAILURES = 5
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Setup:
    """The secret for an authenticator app, in three forms; shown once."""

    secret: str
    otpauth_uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class Status:
    """Whether and since when an account has a second factor, and how many recovery codes are left."""

    enabled_at: datetime | None
    recovery_codes_left: int

    @property
    def enabled(self) -> bool:
        return self.enabled_at is not None


def status(user_id: int) -> Status:
    """Return the state of a user's second factor."""
    return Status(enabled_at(user_id), recovery_codes.count(user_id))


def enabled_at(user_id: int) -> datetime | None:
    """Return since when a user has a second factor; None without one."""
    return db.session.scalar(select(SecondFactor.enabled_at).where(SecondFactor.user_id == user_id))


def begin_setup(user: User) -> Setup:
    """Store a new secret, which takes effect once a code of it is confirmed and replaces one that is not confirmed yet.

    Raises:
        SecondFactorEnabled: the account has a second factor.
        SecondFactorUnconfigured: there is no key to encrypt the secret with.
    """
    secret = totp.new_secret()
    pending = {"secret": secret_box.encrypt(secret), "key_id": secret_box.current_key_id(), "created_at": now()}
    stored = db.session.scalar(
        insert(SecondFactor)
        .values(user_id=user.id, failures=0, **pending)
        .on_conflict_do_update(index_elements=["user_id"], set_=pending, where=SecondFactor.enabled_at.is_(None))
        .returning(SecondFactor.user_id)
    )
    if stored is None:
        raise SecondFactorEnabled()
    uri = totp.provisioning_uri(secret, email=user.email)
    return Setup(secret, uri, totp.qr_svg(uri))


def confirm(user_id: int, *, code: str) -> list[str]:
    """Enable a pending second factor by one of its codes; return the recovery codes.

    Raises:
        NoSecondFactor: none is pending.
        SecondFactorEnabled: it is enabled already.
        WrongCode: the code is wrong. It is not counted, because only a recent sign-in may confirm, and begin, a set-up.
    """
    factor = _lock(user_id)
    if factor.enabled_at:
        raise SecondFactorEnabled()
    step = totp.matching_step(secret_box.decrypt(factor.secret), code, after=None)
    if step is None:
        raise WrongCode()
    factor.enabled_at, factor.last_step = now(), step
    codes = recovery_codes.replace(user_id)
    entitlements.second_factor_changed(user_id)
    audit.record_about_user("user.second_factor_enabled", user_id, by=user_id)
    events.record_change(EventType.USER_SECOND_FACTOR_ENABLED, user_id, user_id=user_id)
    return codes


def require_code(user_id: int, *, code: str | None = None, recovery_code: str | None = None) -> None:
    """Accept a code of the authenticator app, or a recovery code, once.

    Raises:
        NoSecondFactor: none is enabled.
        TooManyFailures: too many codes were wrong; this one has not been checked.
        WrongCode: it is wrong, or was used before. The failure is counted, which must be committed.
    """
    factor = _lock(user_id)
    if factor.enabled_at is None:
        raise NoSecondFactor()
    _require_not_paused(factor)
    if not (_use(factor, code) if code else _use_recovery_code(user_id, recovery_code or "")):
        _count_failure(factor)
        raise WrongCode()
    factor.failures, factor.paused_until = 0, None


def replace_recovery_codes(user_id: int) -> list[str]:
    """Return new recovery codes for a user who has just sent a code; the earlier ones become invalid.

    Raises:
        NoSecondFactor: none is enabled.
    """
    if enabled_at(user_id) is None:
        raise NoSecondFactor()
    audit.record_about_user("user.recovery_codes_replaced", user_id, by=user_id)
    return recovery_codes.replace(user_id)


def remove(user: User, *, how: Removal, by: int | None = None, **details: Any) -> bool:
    """Remove a user's second factor, if there is one, with its recovery codes; return whether it was enabled.

    by: who removed it, for the audit log; None if they were not signed in. details: for the audit log as well.
    """
    removed = delete(SecondFactor).where(SecondFactor.user_id == user.id).returning(SecondFactor.enabled_at)
    if db.session.scalar(removed) is None:
        return False
    entitlements.second_factor_changed(user.id)
    audit.record_about_user("user.second_factor_disabled", user.id, by=by, how=how.value, **details)
    events.record_change(EventType.USER_SECOND_FACTOR_DISABLED, user.id, user_id=user.id, how=how.value)
    return True


def _lock(user_id: int) -> SecondFactor:
    factor = db.session.get(SecondFactor, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if factor is None:
        raise NoSecondFactor()
    return factor


def _require_not_paused(factor: SecondFactor) -> None:
    left = factor.paused_until - now() if factor.paused_until else timedelta(0)
    # A longer one dates from before the clock was set back.
    if timedelta(0) < left <= PAUSE:
        raise TooManyFailures(headers={"Retry-After": str(math.ceil(left.total_seconds()))})


def _use(factor: SecondFactor, code: str) -> bool:
    step = totp.matching_step(secret_box.decrypt(factor.secret), code, after=factor.last_step)
    factor.last_step = step or factor.last_step
    return step is not None


def _use_recovery_code(user_id: int, code: str) -> bool:
    if not recovery_codes.use(user_id, code):
        return False
    left = recovery_codes.count(user_id)
    audit.record_about_user("user.recovery_code_used", user_id, by=user_id, left=left)
    events.record_change(EventType.USER_RECOVERY_CODE_USED, user_id, user_id=user_id, left=left)
    return True


def _count_failure(factor: SecondFactor) -> None:
    factor.failures += 1
    if factor.failures % MAX_FAILURES == 0:
        factor.paused_until = now() + PAUSE
        audit.record_about_user(
            "second_factor.throttled",
            factor.user_id,
            by=None,
            failures=factor.failures,
        )
