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
from devstack.commands import pages, reset
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


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_services_prints_working_addresses_and_stops_on_a_signal(tree, signal_number):
    process, exports = start_services(tree)
    psycopg2.connect(exports["DATABASE_URL"]).close()

    process.send_signal(signal_number)
    _, messages = process.communicate(timeout=30)

    assert process.returncode == 0, messages
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_services_names_a_server_that_died_and_stops_the_others(tree):
    process, _ = start_services(tree)
    (mongod,) = ownership.servers_under(tree, ["mongod"])

    ownership.send([mongod], signal.SIGKILL)
    _, messages = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "devstack: MongoDB ended." in messages
    assert "Traceback" not in messages
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_reset_fails_while_the_stores_run(tree):
    with Stack(tree, environ={}), pytest.raises(InUseError):
        reset.main(argparse.Namespace(yes=True))

    assert (tree / ".devstack" / "postgres").exists()


def test_reset_deletes_all_data_and_stops_leftover_servers(tree):
    process, _ = start_services(tree)
    process.kill()
    process.communicate()

    assert reset.main(argparse.Namespace(yes=True)) == 0

    assert not (tree / ".devstack").exists()
    assert not ownership.servers_under(tree, ["postgres", "mongod", "redis-server"])


def test_reset_asks_for_confirmation(tree, monkeypatch):
    (tree / ".devstack").mkdir()
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    with pytest.raises(DevstackError, match="nothing was deleted"):
        reset.main(argparse.Namespace(yes=False))

    assert (tree / ".devstack").exists()


def test_only_leftover_programs_of_a_killed_devstack_are_ended(tree):
    environment = ownership.mark(tree / ".devstack")
    with subprocess.Popen(["sleep", "60"], env=environment) as leftover, subprocess.Popen(["sleep", "60"]) as bystander:
        with Stack(tree, environ=os.environ).held():
            ended = leftover.wait(timeout=10)
        alive = bystander.poll() is None
        bystander.kill()

    assert ended == -signal.SIGTERM
    assert alive


@pytest.mark.parametrize("command", ["test", "faults"])
def test_arguments_after_a_test_command_are_passed_to_pytest(command):
    options = cli.parse([command, "tests/a", "-k", "x", "--lf", "tests/b"])

    assert options.command == command
    assert options.pytest == ["tests/a", "-k", "x", "--lf", "tests/b"]


def test_the_changed_option_is_parsed_and_the_rest_passed_to_pytest():
    assert vars(cli.parse(["test", "--changed", "-x"])) == {"command": "test", "changed": "HEAD", "pytest": ["-x"]}
    assert vars(cli.parse(["test", "--changed=main"])) == {"command": "test", "changed": "main", "pytest": []}
    assert cli.parse(["test", "-x"]).changed is None


def test_the_shell_provides_the_application_and_the_test_users():
    code = "print(client.get(f'/courses/{course.id}/progress', auth=learner).status_code, owner.role)"
    environment = {name: value for name, value in os.environ.items() if name not in STORES}
    script = "import sys; from devstack import cli; cli.bootstrap.enter = print; sys.exit(cli.main(sys.argv[1:]))"

    command = [sys.executable, "-c", script, "shell", "-c", code]
    completed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert completed.stdout.splitlines()[-1:] == ["200 instructor"], completed.stderr


def test_pages_writes_the_generated_pages_without_stores(tmp_path):
    (tmp_path / "docs").mkdir()
    script = "import sys; from pathlib import Path; from devstack.commands import pages; pages.ROOT = Path(sys.argv[1]); pages.main(None)"
    environment = {name: value for name, value in os.environ.items() if name not in STORES}

    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env=environment, check=True)

    written = {path.name: path.read_text() for path in (tmp_path / "docs").iterdir()}
    assert written == {name: (ROOT / "docs" / name).read_text() for name in pages.PAGES}
