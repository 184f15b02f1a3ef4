"""The signature of webhooks, of Mux and of Stripe alike: an HMAC over the timestamp and the raw body."""

import hmac
import time
from hashlib import sha256


def sign(secret: str, body: bytes, *, at: int | None = None) -> str:
    """Return the value of the header; `at` is in Unix seconds, by default now."""
    timestamp = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), b"%d." % timestamp + body, sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
