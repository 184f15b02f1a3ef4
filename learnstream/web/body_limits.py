"""Routes that accept longer bodies than `MAX_CONTENT_LENGTH`."""

from collections.abc import Callable

from learnstream.web.route_facts import View, state


def long_body(limit_of: Callable[..., int]) -> Callable[[View], View]:
    """Let a route accept longer bodies than others do.

    limit_of: returns the maximum size in bytes, for the variables of the path. gunicorn's worker calls it in its main thread
    before it receives the body, so it must be fast and must not raise.
    """
    return lambda view: state(view, body_limit=limit_of)
