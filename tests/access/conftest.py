"""One world for all cells of the table; what a cell changes is undone after it."""

import ast

import orjson
import pytest
import schemathesis
from flask import has_app_context

from learnstream.models import Role
from learnstream.policies import entitlements
from learnstream.stores import cache
from tests import decorators
from tests.access import calls
from tests.access.snapshot import Snapshot
from tests.access.world import build
from tests.plugins.application import empty_stores

# Their examples change MongoDB alone, other bodies PostgreSQL as well.
RARELY = {"PATCH /courses/{course_id}", "POST /courses/{course_id}/learners/migrate"}


@pytest.fixture(scope="module")
def world(application, mux_emulator):
    with application.app_context():
        empty_stores()
        world = build()
    yield world
    mux_emulator.reset()


@pytest.fixture(scope="module")
def snapshot(application, world):
    snapshot = Snapshot(application)
    yield snapshot
    snapshot.drop()


@pytest.fixture(scope="module")
def document(application):
    """What the running application says of itself."""
    return application.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def described(document):
    return calls.operations(document)


@pytest.fixture(scope="module")
def require_documented(document):
    """Fail for an answer that is not as the document says: its status, its type, its headers, its fields."""
    schema = schemathesis.openapi.from_dict(document)

    def require_documented(row, answer):
        method, path = row.operation.split()
        schema[path][method].validate_response(answer)

    return require_documented


@pytest.fixture(scope="module")
def require_commits(application, described):
    """Fail for an operation that writes to PostgreSQL and does not commit, or the other way round."""
    routes = {name.replace(".", "_"): each for name, each in decorators.of_routes(application).items()}

    def require_commits(row, changed_tables):
        commits = routes[described[row.operation].described["operationId"]].get("commits")
        # Without a key, what is done in MongoDB alone has nothing to commit.
        may_write_nothing = commits and (row.operation in RARELY or "idempotency_key=True" in ast.unparse(commits))
        assert bool(commits) is bool(changed_tables) or (may_write_nothing and not changed_tables)

    return require_commits


@pytest.fixture(scope="module")
def prepare(application, world, described, mux_emulator):
    """Return what a caller would send for the operation of a row, about a thing."""

    def prepare(row, caller, thing):
        with application.app_context():
            return calls.request(described[row.operation], row, world, caller, thing, mux_emulator.sign)

    return prepare


@pytest.fixture(scope="module")
def send(application):
    """Send what was prepared. No context may stand around it: a request must be left with everything it took."""

    def send(arguments, **changed):
        assert not has_app_context()
        return application.test_client().open(**arguments | changed, buffered=True)

    return send


@pytest.fixture
def believed(application, world):
    """Let Redis hold what was never true, or is no longer."""
    keys = entitlements.caller_keys(world.missed.id, world.missed.session_id)
    facts = [b"active", orjson.dumps([Role.ADMIN, 0.0])]
    with application.app_context():
        for key, fact, entry in zip(keys, facts, cache.lookup(*keys), strict=True):
            cache.fill(key, fact, generation=entry.generation, ttl=30, stale_if_error=60)


@pytest.fixture(scope="module")
def ask(prepare, send):
    return lambda row, caller, thing: send(prepare(row, caller, thing))
