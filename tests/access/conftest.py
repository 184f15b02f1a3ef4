"""One data set for all cells of the table; changes are undone after each cell."""

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
from tests.access.dataset import build
from tests.access.snapshot import Snapshot
from tests.plugins.application import empty_stores
from tests.plugins.mail import NOWHERE, configure

# Their examples change MongoDB alone or nothing, other requests PostgreSQL as well.
RARELY = {
    "PATCH /courses/{course_id}",
    "POST /courses/{course_id}/learners/migrate",
    "GET /orders/{order_id}",
}


@pytest.fixture(scope="module", autouse=True)
def mail_settings(application):
    """Configure mail, which some operations require. Nothing is sent."""
    with pytest.MonkeyPatch.context() as patch:
        configure(application, patch, **NOWHERE)
        yield


@pytest.fixture(scope="module")
def dataset(application, mux_emulator):
    with application.app_context():
        empty_stores()
        dataset = build()
    yield dataset
    mux_emulator.reset()


@pytest.fixture(scope="module")
def snapshot(application, dataset):
    snapshot = Snapshot(application)
    yield snapshot
    snapshot.drop()


@pytest.fixture(scope="module")
def document(application):
    """Return the OpenAPI document of the running application."""
    return application.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def operations_by_name(document):
    return calls.operations(document)


@pytest.fixture(scope="module")
def require_documented(document):
    """Fail if the document does not declare a response's status, content type, headers and fields."""
    schema = schemathesis.openapi.from_dict(document)

    def require_documented(row, response):
        method, path = row.operation.split()
        schema[path][method].validate_response(response)

    return require_documented


@pytest.fixture(scope="module")
def require_commits(application, operations_by_name):
    """Fail for an operation that writes to PostgreSQL and does not commit, or the other way round."""
    routes = {name.rpartition(".")[2]: each for name, each in decorators.of_routes(application).items()}

    def require_commits(row, changed_tables):
        commits = routes[operations_by_name[row.operation].definition["operationId"]].get("commits")
        # Without a key, what is done in MongoDB alone has nothing to commit.
        may_write_nothing = commits and (row.operation in RARELY or "idempotency_key=True" in ast.unparse(commits))
        assert bool(commits) is bool(changed_tables) or (may_write_nothing and not changed_tables)

    return require_commits


@pytest.fixture(scope="module")
def signers(mux_emulator, stripe_emulator):
    """What signs the vendors' webhooks, by the header's name."""
    return {"Mux-Signature": mux_emulator.sign, "Stripe-Signature": stripe_emulator.sign}


@pytest.fixture(scope="module")
def prepare(application, dataset, operations_by_name, signers):
    """Return the request of a caller for the operation of a row, on an object."""

    def prepare(row, caller, object_name):
        with application.app_context():
            return calls.request(operations_by_name[row.operation], row, dataset, caller, object_name, signers)

    return prepare


@pytest.fixture(scope="module")
def send(application):
    """Send a prepared request, outside any application context, so that the request's own one ends with it."""

    def send(arguments, **changes):
        assert not has_app_context()
        return application.test_client().open(**arguments | changes, buffered=True)

    return send


@pytest.fixture
def stale_redis(application, dataset):
    """Cache outdated facts in Redis: a revoked session as active, and a role that the user never had."""
    keys = entitlements.caller_keys(dataset.revoked_admin.id, dataset.revoked_admin.session_id)
    values = [b"active", orjson.dumps([Role.ADMIN, 0.0]), b"[]"]
    with application.app_context():
        for key, value, entry in zip(keys, values, cache.lookup(*keys), strict=True):
            cache.fill(key, value, generation=entry.generation, ttl=30, stale_if_error=60)


@pytest.fixture(scope="module")
def send_as(prepare, send):
    return lambda row, caller, object_name: send(prepare(row, caller, object_name))
