"""One world for all cells of the table; what a cell changes is undone after it."""

import pytest
import schemathesis

from tests.access import calls
from tests.access.snapshot import Snapshot
from tests.access.world import build
from tests.plugins.application import empty_stores


@pytest.fixture(scope="module")
def world(application, mux_emulator):
    with application.app_context():
        empty_stores()
        yield build()
    mux_emulator.reset()


@pytest.fixture(scope="module")
def snapshot(world):
    snapshot = Snapshot()
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


@pytest.fixture
def ask(application, world, described, mux_emulator):
    """Ask for the operation of a row as a caller, about a thing."""

    def ask(row, caller, thing):
        arguments = calls.request(described[row.operation], row, world, caller, thing, mux_emulator.sign)
        return application.test_client().open(**arguments, buffered=True)

    return ask
