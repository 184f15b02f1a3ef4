"""Facts about routes that are needed before their functions run, stated by decorators where the route is defined.

Authentication, rate limits, the queue of gunicorn's worker and the OpenAPI document act on them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import current_app

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one route; see the decorators that state them."""

    any_query: bool = False
    body_limit: Callable[..., int] | None = None
    hashes_password: bool = False
    optional_token: bool = False
    without_second_factor: bool = False
    prefetches: Callable[..., list[str]] | None = None
    own_limit: bool = False
    unlimited: bool = False


USUAL = Facts()


def state(view: View, **facts: Any) -> View:
    """Add facts to a route. Wrappers made by `functools.wraps` have those of the function that they wrap."""
    view.facts = replace(facts_of(view), **facts)  # type: ignore[attr-defined]
    return view


def facts_of(view: Callable[..., Any]) -> Facts:
    """Return the facts of a route's function."""
    facts: Facts = getattr(view, "facts", USUAL)
    return facts


def facts_of_endpoint(endpoint: str) -> Facts:
    """Return the facts of a route of the current application."""
    return facts_of(current_app.view_functions[endpoint])


def any_query(view: View) -> View:
    """Accept any query parameters: for URLs to which third parties append their own."""
    return state(view, any_query=True)
