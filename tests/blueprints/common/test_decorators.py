"""The decorators of routes stand in one order, because most of them wrap what stands below."""

import ast
from pathlib import Path

from learnstream import blueprints
from tests import decorators

ORDER = (
    ("blp.get", "blp.post", "blp.put", "blp.patch", "blp.delete"),
    ("blp.doc",),
    ("any_query",),
    ("limited", "unlimited"),
    ("optional_token",),
    ("without_second_factor",),
    ("prefetches",),
    ("hashes_password", "long_body"),
    ("blp.arguments",),
    ("confirms_caller", "confirms_keyed_caller"),
    ("admins_only",),
    ("recent_sign_in",),
    ("commits",),
    ("blp.response", "blp.lists"),
    ("blp.alt_response",),
    ("blp.raises",),
    ("blp.error_members",),
    ("blp.paginate",),
    ("etag.cacheable", "etag.conditional", "etag.conditional_on_tags", "sends_file"),
)
RANKS = {name: rank for rank, names in enumerate(ORDER) for name in names}
SOURCES = sorted(Path(blueprints.__file__).parent.rglob("*.py"))
# Both end transactions: the decorator, and the part of it that repeats a response.
COMMITTING = {"commits.py", "idempotency.py"}


def test_every_route_has_its_decorators_in_this_order(app):
    found = {endpoint: list(names) for endpoint, names in decorators.of_routes(app).items()}

    unknown = {endpoint: [name for name in names if name not in RANKS] for endpoint, names in found.items()}
    assert {endpoint: names for endpoint, names in unknown.items() if names} == {}
    assert {endpoint: names for endpoint, names in found.items() if names != sorted(names, key=RANKS.get)} == {}


def test_nothing_but_the_decorator_commits():
    calls = [(path.name, node) for path in SOURCES for node in ast.walk(ast.parse(path.read_text()))]

    assert {name for name, node in calls if isinstance(node, ast.Attribute) and node.attr == "commit"} == COMMITTING


def test_a_key_is_accepted_only_by_what_confirms_its_caller(app):
    keyed = {
        endpoint
        for endpoint, names in decorators.of_routes(app).items()
        if "commits" in names and "idempotency_key" in ast.unparse(names["commits"])
    }

    assert keyed
    confirm = {"confirms_caller", "confirms_keyed_caller"}
    assert {endpoint for endpoint in keyed if not confirm & decorators.of_routes(app)[endpoint].keys()} == set()
