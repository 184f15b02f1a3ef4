import argparse
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from devstack import cli
from devstack.commands import reset
from devstack.errors import DevstackError, InUseError
from devstack.processes import ownership
from devstack.services.stack import Stack

ROOT = Path(__file__).parents[2]
STORES = ("DATABASE_URL", "MONGODB_URI", "REDIS_URL")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    root = tmp_path / "a tree"
    root.mkdir()
    monkeypatch.setattr(reset, "ROOT", root)
    yield root
    if (root / ".devstack").exists():
        stack = Stack(root, environ={})
        with stack.held():
            stack.erase()


def start_services(tree):
    """Start `devstack services` on this tree; return when it has printed the last address."""
    script = "import sys; from pathlib import Path; from devstack import cli; from devstack.commands import services as s; s.ROOT = Path(sys.argv[1]); cli.bootstrap.enter = print; sys.exit(cli.main(['services']))"
    environment = {name: value for name, value in os.environ.items() if name not in STORES}
    command = [sys.executable, "-c", script, str(tree)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    exports = {}
    while len(exports) < len(STORES):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        exports |= dict(re.findall(r"^export (\w+)='?([^'\n]+)", line))
    return process, exports


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_services_prints_addresses_that_work_and_stops_when_told_to(tree, number):
    process, exports = start_services(tree)
    psycopg2.connect(exports["DATABASE_URL"]).close()

    process.send_signal(number)
    _, messages = process.communicate(timeout=30)

    assert process.returncode == 0, messages
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_services_says_which_server_died_and_stops_the_others(tree):
    process, _ = start_services(tree)
    (mongod,) = ownership.servers_under(tree, ["mongod"])

    ownership.send([mongod], signal.SIGKILL)
    _, messages = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "devstack: MongoDB ended." in messages
    assert "Traceback" not in messages
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_reset_is_refused_while_the_stores_run(tree):
    with Stack(tree, environ={}), pytest.raises(InUseError):
        reset.main(argparse.Namespace(yes=True))

    assert (tree / ".devstack" / "postgres").exists()


def test_reset_deletes_all_data_and_what_a_crash_left_running(tree):
    process, _ = start_services(tree)
    process.kill()
    process.communicate()

    assert reset.main(argparse.Namespace(yes=True)) == 0

    assert not (tree / ".devstack").exists()
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_reset_asks_first(tree, monkeypatch):
    (tree / ".devstack").mkdir()
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    with pytest.raises(DevstackError, match="nothing was deleted"):
        reset.main(argparse.Namespace(yes=False))

    assert (tree / ".devstack").exists()


def test_a_program_that_a_killed_devstack_left_is_ended_and_others_are_not(tree):
    mark = ownership.mark(tree / ".devstack")
    with subprocess.Popen(["sleep", "60"], env=mark) as left, subprocess.Popen(["sleep", "60"]) as bystander:
        with Stack(tree, environ=os.environ).held():
            ended = left.wait(timeout=10)
        alive = bystander.poll() is None
        bystander.kill()

    assert ended == -signal.SIGTERM
    assert alive


@pytest.mark.parametrize("command", ["test", "faults"])
def test_everything_after_a_command_that_tests_is_for_pytest(command):
    options = cli.parse([command, "tests/a", "-k", "x", "--lf", "tests/b"])

    assert options.command == command
    assert options.pytest == ["tests/a", "-k", "x", "--lf", "tests/b"]


def test_changed_is_for_devstack_and_what_follows_for_pytest():
    assert vars(cli.parse(["test", "--changed", "-x"])) == {"command": "test", "changed": "HEAD", "pytest": ["-x"]}
    assert vars(cli.parse(["test", "--changed=main"])) == {"command": "test", "changed": "main", "pytest": []}
    assert cli.parse(["test", "-x"]).changed is None


def test_the_shell_knows_the_application_and_its_cast():
    asked = "print(client.get(f'/courses/{course.id}/progress', auth=learner).status_code, owner.role)"
    environment = {name: value for name, value in os.environ.items() if name not in STORES}
    script = "import sys; from devstack import cli; cli.bootstrap.enter = print; sys.exit(cli.main(sys.argv[1:]))"

    command = [sys.executable, "-c", script, "shell", "-c", asked]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines()[-1:] == ["200 instructor"], done.stderr
