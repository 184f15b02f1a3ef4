"""Sessions: what a signed-in device holds."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app

from learnstream import tokens
from learnstream.clock import now
from learnstream.models import Role


def mint_access_token(*, user_id: int, role: Role, session_id: UUID) -> str:
    """Return a stateless access token for a session."""
    lifetime: timedelta = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    issued = now()
    return tokens.mint(
        claims_for(user_id=user_id, session_id=session_id, kind="access", issued=issued, expires=issued + lifetime)
        | {"role": role.value, "fresh": False}
    )


def claims_for(*, user_id: int, session_id: UUID, kind: str, issued: datetime, expires: datetime) -> dict[str, Any]:
    """Return the claims that access and refresh tokens share.

    `iat` has milliseconds, so that a token issued right after rights changed is told from one issued right before.
    """
    return {
        "iss": current_app.config["JWT_ENCODE_ISSUER"],
        "aud": current_app.config["JWT_ENCODE_AUDIENCE"],
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": str(uuid4()),
        "type": kind,
        "iat": issued.timestamp(),
        "exp": int(expires.timestamp()),
    }
