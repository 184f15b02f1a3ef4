"""Second factors for tests, written to PostgreSQL directly, and the codes that their owners' apps would show."""

import time

import pyotp

from learnstream.clock import now
from learnstream.models.second_factor import SecondFactor
from learnstream.services.accounts import recovery_codes, secret_box
from learnstream.stores.sql import db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = 30


def make_second_factor(person, *, enabled=True) -> list[str]:
    """Give a person an authenticator app with `SECRET`; return the recovery codes."""
    encrypted = {"secret": secret_box.encrypt(SECRET), "key_id": secret_box.current_key_id()}
    db.session.add(SecondFactor(user_id=person.id, enabled_at=now() if enabled else None, **encrypted))
    db.session.flush()
    codes = recovery_codes.replace(person.id) if enabled else []
    db.session.commit()
    return codes


def code_of(secret: str = SECRET, *, steps: int = 0, at: float | None = None) -> str:
    """Return the code of a moment (default: now), or of some steps later."""
    moment = time.time() if at is None else at
    return pyotp.TOTP(secret).generate_otp(int(moment) // STEP + steps)
