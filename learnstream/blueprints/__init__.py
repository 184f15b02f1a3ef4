"""The routes: authenticate, validate, authorize, call one service, commit, serialize."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import flask
from flask import Flask

from learnstream.blueprints.common import authentication
from learnstream.extensions import api
from learnstream.web.openapi import Blueprint


def init_app(app: Flask) -> None:
    """Register the blueprint of every module in this package, behind authentication."""
    authentication.init_app(app)
    found = set(_blueprints())
    operations = [each for each in found if isinstance(each, Blueprint)]
    # Plain blueprints serve pages, which are not operations of the API.
    for page in sorted(found.difference(operations), key=lambda each: each.name):
        app.register_blueprint(page)
    for blueprint in sorted(operations, key=lambda each: each.position):
        api.register_blueprint(blueprint)


def _blueprints() -> Iterator[flask.Blueprint]:
    for module in walk_packages(__path__, f"{__name__}."):
        if blueprint := getattr(import_module(module.name), "blp", None):
            yield blueprint
