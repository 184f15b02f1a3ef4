"""Every module that has a blueprint is registered, at a position of its own."""

from collections import Counter
from importlib import import_module
from pathlib import Path

from learnstream import blueprints
from learnstream.web.openapi import Blueprint

PACKAGE = Path(blueprints.__file__).parent


def test_every_blueprint_is_registered(app):
    files = [path for path in PACKAGE.rglob("*.py") if "blp = " in path.read_text()]
    names = [".".join(path.relative_to(PACKAGE.parents[1]).with_suffix("").parts) for path in files]

    assert {import_module(name).blp for name in names} <= set(app.blueprints.values())


def test_no_two_stand_at_the_same_position(app):
    positions = Counter(each.position for each in app.blueprints.values() if isinstance(each, Blueprint))

    assert set(positions.values()) == {1}
