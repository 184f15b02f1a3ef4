from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text

from config import sqlalchemy_url
from learnstream.stores import postgres
from tests.faults.proxy import Proxy


@pytest.fixture
def proxy(settings):
    server = urlsplit(settings["DATABASE_URL"])
    with Proxy((server.hostname, server.port)) as proxy:
        yield proxy


@pytest.fixture
def engine(app, settings, proxy):
    engine = create_engine(sqlalchemy_url(proxy.url(settings["DATABASE_URL"])), pool_pre_ping=True, pool_size=1)
    postgres.guard(engine)
    yield engine
    engine.dispose()


def test_a_rollback_without_a_response_raises_nothing_and_its_connection_is_replaced(engine, proxy):
    with engine.connect() as connection:
        first = connection.scalar(text("SELECT pg_backend_pid()"))
        proxy.black_hole()
    proxy.heal()

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != first
    assert not postgres.breaker.open
