"""The application in a process of its own, each of its stores behind a proxy that fails on demand."""

import time
from urllib.parse import urlsplit

import pytest
import requests

from learnstream.extensions import redis
from learnstream.policies.entitlements import session_key
from tests.factories import make_person
from tests.faults.proxy import Proxy
from tests.server import Server

VARIABLES = {"postgres": "DATABASE_URL", "mongodb": "MONGODB_URI", "redis": "REDIS_URL"}
# "At once" is two seconds in all; the third is for a machine that has more to do.
AT_ONCE = 3.0
RECOVERY = 10.0


@pytest.fixture(scope="session")
def proxies(settings):
    """A proxy in front of each store, by the store's name."""
    proxies = {}
    for store, variable in VARIABLES.items():
        parts = urlsplit(settings[variable])
        proxies[store] = Proxy((parts.hostname, parts.port))
        proxies[store].start()
    yield proxies
    for proxy in proxies.values():
        proxy.stop()


@pytest.fixture(scope="session")
def server(application, settings, proxies, tmp_path_factory):
    environment = settings | {name: proxies[store].url(settings[name]) for store, name in VARIABLES.items()}
    # The driver would leave the proxy for the address that the replica set gives as its own.
    environment["MONGODB_URI"] = environment["MONGODB_URI"].replace("replicaSet=rs0", "directConnection=true")
    with Server(environment, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def call(app, server):
    """Ask the server as a person; every answer must come at once, and say when to try again if it is an outage."""

    def call(method, path, auth=None, headers=None, **kwargs):
        headers = (headers or {}) | ({"Authorization": f"Bearer {auth.token}"} if auth else {})
        answer = requests.request(method, server.url + path, headers=headers, timeout=20, **kwargs)
        assert answer.elapsed.total_seconds() < AT_ONCE, f"{method} {path} took {answer.elapsed}"
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
        return answer

    return call


@pytest.fixture(params=["refuse", "black_hole"])
def outage(request, app, server, proxies):
    """Take a store away: once as if it were stopped, once as if it were frozen. It comes back after the test."""
    broken = []

    def begin(store):
        broken.append(proxies[store])
        getattr(proxies[store], request.param)()

    yield begin
    for proxy in broken:
        proxy.heal()
    wait_for(lambda: all_is_well(server))


def all_is_well(server):
    """Say whether the server uses every store again: it rests those that failed for a moment."""
    person = make_person(name="Probe")
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = requests.get(f"{server.url}/lessons/{'0' * 24}/playback", headers=headers, timeout=5)
    return answer.status_code == 404 and redis.client.exists(f"cache:{session_key(person.session_id)}")


@pytest.fixture
def recovers(outage, proxies):
    """Give a store back and wait until a call answers with a status again."""

    def recovers(store, call, status):
        proxies[store].heal()
        wait_for(lambda: call().status_code == status)

    return recovers


def wait_for(condition):
    deadline = time.monotonic() + RECOVERY
    while not condition():
        assert time.monotonic() < deadline, f"not within {RECOVERY} seconds"
        time.sleep(0.05)
