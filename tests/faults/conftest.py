"""The application in a separate process, each of its stores behind a proxy that fails on demand."""

import os
import resource
import signal
import subprocess
import sys
import time
from secrets import token_hex

import pytest
import redis
from pymongo import MongoClient
from sqlalchemy import update

from devstack.services.stack import Stack
from learnstream.clock import now
from learnstream.models import OutboxMessage
from learnstream.stores.sql import db
from tests.faults.report import TABLES
from tests.faults.stores import VARIABLES, put_behind_proxies
from tests.faults.system import running
from tests.plugins.mail import NOWHERE
from tests.server import ROOT
from tests.waiting import within

RECOVERY = 10.0


@pytest.fixture(scope="session")
def stores():
    """Return these tests' own stores, by name: freezing them affects no other tests."""
    with Stack(ROOT, ephemeral=True, environ={}) as stack, put_behind_proxies(stack) as stores:
        yield stores


@pytest.fixture(scope="session")
def addresses(stores):
    return {VARIABLES[name]: store.url for name, store in stores.items()}


@pytest.fixture(scope="session")
def system(addresses, tmp_path_factory):
    with running(addresses, tmp_path_factory.mktemp("system"), **NOWHERE) as system:
        yield system


@pytest.fixture
def seeder(system):
    return system.seeder


@pytest.fixture(scope="session")
def cache(stores):
    """A client of Redis that bypasses the proxy."""
    with redis.Redis.from_url(stores["redis"].server.url) as client:
        yield client


@pytest.fixture
def expire_cached_entries(cache):
    """Expire the TTL of all cached entries, as if that time had passed; they remain usable as stale-if-error."""

    def expire_cached_entries():
        for key in cache.scan_iter("cache:*", count=1000):
            _, _, value = cache.get(key).partition(b"|")
            cache.set(key, b"0|" + value, keepttl=True)

    return expire_cached_entries


@pytest.fixture
def kill_process(settings):
    """Return a function that runs a module of these tests in a process that is killed."""

    def kill_process(module, *arguments, **environment):
        command = [sys.executable, "-m", f"tests.faults.{module}", *arguments]
        variables = {"PATH": os.environ["PATH"], **settings, **environment}
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
        assert done.returncode == -signal.SIGKILL, done.stderr

    return kill_process


@pytest.fixture
def kill_worker(kill_process):
    """Carry out due commands of a topic in a process that is killed at a commit, which is then taken for dead."""

    def kill_worker(topic, moment, commit):
        kill_process("relay_and_die", topic, moment, str(commit))
        db.session.rollback()
        db.session.execute(update(OutboxMessage).values(next_try_at=now()))
        db.session.commit()

    return kill_worker


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """Heal the stores before any fixture cleans up, wherever the test has failed."""
    for store in getattr(item, "funcargs", {}).get("stores", {}).values():
        store.heal()


@pytest.fixture
def fail(stores, all_stores_used):
    """Make a store fail in one of the ways of `stores.FAULTS`; after the test, heal it and await the recovery."""
    failing = []

    def fail(store, how):
        failing.append(stores[store])
        stores[store].fail(how)

    yield fail
    for store in failing:
        store.heal()
    within(RECOVERY, all_stores_used)


@pytest.fixture
def heal(stores, all_stores_used):
    """Heal a store, and return how many seconds it took until the application used all stores again."""

    def heal(store):
        began = time.monotonic()
        stores[store].heal()
        within(RECOVERY, all_stores_used)
        return time.monotonic() - began

    return heal


@pytest.fixture
def all_stores_used(cache, seeder):
    """True if the application uses every store. Since it works without Redis, its cached entries are checked."""

    def all_stores_used():
        cache.flushdb()
        responses = [
            seeder.admin.request("GET", "/auth/sessions"),
            seeder.guest.request("GET", f"/courses?q={token_hex(4)}"),
        ]
        return all(response.ok for response in responses) and any(cache.scan_iter("cache:*"))

    return all_stores_used


def pytest_terminal_summary(terminalreporter, config):
    """Print the measurements of a thorough run."""
    if "or not thorough" not in config.option.markexpr:
        return
    passed = terminalreporter.stats.get("passed", [])
    properties = [each for report in passed if report.when == "call" for each in report.user_properties]
    for name, table in TABLES.items():
        if measured := [value for found, value in properties if found == name]:
            terminalreporter.write_line("\n" + "\n".join(table(measured)))


@pytest.fixture
def database(stores):
    """The application's database, reached directly."""
    with MongoClient(stores["mongodb"].server.url, directConnection=True) as client:
        database = client.get_default_database()
        remove_objects(database)
        yield database
        remove_objects(database)


def remove_objects(database):
    for name in ("objects.files", "objects.chunks", "objects.unfinished"):
        database[name].delete_many({})


@pytest.fixture
def free_disk(system):
    """Let the web worker write no file of more than 64 kB, as if its disk were full, until this is called."""
    # The log is a file of the worker, too.
    os.truncate(system.server.log, 0)
    (worker,) = system.server.workers()
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (64_000, before[1]))

    def free_disk():
        resource.prlimit(worker, resource.RLIMIT_FSIZE, before)

    yield free_disk
    free_disk()
