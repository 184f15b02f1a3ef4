"""Access codes of quizzes: words that teachers tell their learners when an attempt may start. Only hashes are stored.

A code protects no account, and who can read the stored hash can read the questions as well: a slow hash would only delay a
class that starts at the same time.
"""

import hashlib
import secrets
from hmac import compare_digest

from learnstream.text import folding

SALT_BYTES = 8


def renew(code: str | None, current: str | None) -> str | None:
    """Return the hash of a code, the current hash if it is of the same code; None for no code."""
    if code is None:
        return None
    return current if current and matches(current, code) else _hash(code, secrets.token_hex(SALT_BYTES))


def matches(stored: str, code: str) -> bool:
    """True if a hash is of this code. Case, and white space around the code, do not matter."""
    salt, _, _ = stored.partition(":")
    return compare_digest(stored, _hash(code, salt))


def _hash(code: str, salt: str) -> str:
    spelled = folding.caseless(code.strip())
    return f"{salt}:{hashlib.sha256(f'{salt}:{spelled}'.encode(errors='replace')).hexdigest()}"
