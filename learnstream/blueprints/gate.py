"""The gate in front of every endpoint: closed, unless the endpoint stands in one of the two lists here."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import Flask, g, request
from flask_jwt_extended import get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException, NoAuthorizationError
from jwt.exceptions import ExpiredSignatureError, PyJWTError
from werkzeug.local import LocalProxy

from learnstream import cache
from learnstream.errors import Unauthenticated
from learnstream.extensions import api
from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.services import visibility
from learnstream.tokens import TokenExpired, TokenInvalid

# These need no token.
PUBLIC_ENDPOINTS = frozenset(
    {
        "api-docs.openapi_json",
        "auth.login",
        "auth.refresh",
        "auth.register",
        "auth.token",
        "course.browse",
        "course.list_lessons",
        "course.read",
        "dashboard.chart_library",
        "dashboard.page",
        "docs.asset",
        "docs.page",
        "static",
        "system.health",
        "system.landing",
        "system.ready",
        "webhook.receive_mux",
    }
)
# These serve a free preview to anybody; everything else they answer with 401.
OPTIONAL_TOKEN_ENDPOINTS = frozenset({"lesson.read", "playback.play"})
# These look up more in the cache once the caller is known.
LOOK_AHEAD: dict[str, Callable[..., list[str]]] = {
    "access.read_lesson": visibility.keys_ahead,
    "lesson.read": visibility.keys_ahead,
    "overview.read_course": lambda user_id, course_id: [entitlements.seat_key(user_id, course_id)],
    "playback.play": visibility.keys_ahead,
    "progress.read": visibility.keys_ahead,
    "progress.report": visibility.keys_ahead,
}


def init_app(app: Flask) -> None:
    """Put the gate in front of the application's routes."""
    api.public, api.optional = PUBLIC_ENDPOINTS, OPTIONAL_TOKEN_ENDPOINTS
    app.before_request(admit)


def maybe_caller() -> Caller | None:
    """Return who is asking, None for a guest. For endpoints that are not closed."""
    return g.get("caller")


def _caller() -> Caller:
    if (caller := maybe_caller()) is None:
        raise Unauthenticated()
    return caller


# For closed endpoints: there always is somebody.
caller: Caller = cast(Caller, LocalProxy(_caller))


def admit() -> None:
    """Find out who is asking; refuse guests where a token is needed, and bad tokens everywhere.

    Raises:
        Unauthenticated: there is no token where one is needed, or the token is not one we accept now.
    """
    g.caller = None
    cache.look_ahead()
    if request.endpoint is None or request.method == "OPTIONS":
        return
    if "Authorization" in request.headers:
        g.caller = _bearer()
    if g.caller is None and request.endpoint not in PUBLIC_ENDPOINTS | OPTIONAL_TOKEN_ENDPOINTS:
        raise Unauthenticated()


def _bearer() -> Caller | None:
    scheme, space, token = request.headers["Authorization"].partition(" ")
    if scheme.lower() == "bearer":
        # Any spelling will do (RFC 9110, 11.1), our own `token_type` is one; the library knows only this.
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer{space}{token}"
    try:
        if verify_jwt_in_request(optional=True) is None:
            return None
        user_id, session_id, issued_at = _identity(get_jwt())
    except ExpiredSignatureError:
        raise TokenExpired() from None
    except NoAuthorizationError:
        return None
    except (JWTExtendedException, PyJWTError, KeyError, ValueError, TypeError):
        # A foreign, malformed or wrong-type token may fail anywhere in the parsing; to the client it is all one.
        raise TokenInvalid() from None
    cache.look_ahead(*entitlements.caller_keys(user_id, session_id), *_keys_ahead(user_id))
    return entitlements.caller(user_id, session_id, issued_at)


def _keys_ahead(user_id: int) -> list[str]:
    """Name what the route is about to look up: it comes along with the caller's facts, in one round trip."""
    keys = LOOK_AHEAD.get(request.endpoint or "")
    return keys(user_id=user_id, **(request.view_args or {})) if keys else []


def _identity(claims: dict[str, Any]) -> tuple[int, UUID, float]:
    return int(claims["sub"]), UUID(claims["sid"]), float(claims["iat"])
