"""Recovery codes: each replaces a code of a lost authenticator app once. Only hashes are stored."""

import hashlib
import secrets

from sqlalchemy import delete, func, select

from learnstream.models.second_factor import RecoveryCode
from learnstream.stores.sql import db

NUMBER = 10
# Crockford's base 32 has no letters that look like digits. 80 bits cannot be guessed from their hash.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LOOK_ALIKE = str.maketrans("ilo", "110", "- ")
GROUPS, GROUP = 4, 4


def replace(user_id: int) -> list[str]:
    """Create a set of codes for a user with a second factor; earlier ones become invalid."""
    codes = [_generate() for _ in range(NUMBER)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    db.session.flush()
    return codes


def use(user_id: int, code: str) -> bool:
    """Use up a code; return False if the user has no such code, or has used it."""
    used = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(code))
    return db.session.scalar(used.returning(RecoveryCode.user_id)) is not None


def count(user_id: int) -> int:
    """Return how many codes a user has left."""
    return db.session.scalar(select(func.count()).where(RecoveryCode.user_id == user_id)) or 0


def _generate() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.lower().translate(LOOK_ALIKE).encode(errors="replace")).digest()
