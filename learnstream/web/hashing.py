"""Operations that hash a password, which takes fifty times as long as any other.

They are marked with a decorator; gunicorn's worker looks them up and queues their requests without occupying a thread.
"""

from functools import cached_property

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

from learnstream.web.route_facts import View, facts_of, state


def hashes_password(view: View) -> View:
    """Mark a route that hashes a password, always or for some bodies: the worker queues its requests."""
    return state(view, hashes_password=True)


class HashingOperations:
    """The marked routes of an application, matched by method and path with Werkzeug's own routing."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @cached_property
    def endpoints(self) -> frozenset[str]:
        views = self._app.view_functions.items()
        return frozenset(endpoint for endpoint, view in views if facts_of(view).hashes_password)

    def include(self, method: str, path: str) -> bool:
        # Spares reads the matching: 3 µs of the worker's main thread.
        if method not in self._methods:
            return False
        try:
            self._routes.match(path, method)
        except HTTPException:
            return False
        return True

    @cached_property
    def _methods(self) -> frozenset[str]:
        return frozenset(method for rule in self._rules.iter_rules() for method in rule.methods or ())

    @cached_property
    def _rules(self) -> Map:
        url_map = self._app.url_map
        rules = [rule.empty() for endpoint in self.endpoints for rule in url_map.iter_rules(endpoint)]
        return Map(rules, converters=url_map.converters, merge_slashes=url_map.merge_slashes)

    @cached_property
    def _routes(self) -> MapAdapter:
        return self._rules.bind("")
