import errno
import signal
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from learnstream.integrations import contents, isolation, pictures, spreadsheets
from learnstream.integrations.isolation import Bounds, Crashed, Interrupted

BOUNDS = Bounds(memory=2**28, output=2**16, cpu_seconds=1, seconds=5)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a program in place of the launcher, and return what it writes."""

    def run(program, bounds=BOUNDS):
        monkeypatch.setattr(isolation, "LAUNCHER", tmp_path / "launcher.py")
        (tmp_path / "launcher.py").write_text(program)
        with TemporaryFile() as target:
            isolation.run("none", {}, [], target, bounds)
            return target.read().decode()

    return run


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGXCPU])
def test_a_signal_that_the_input_caused_is_told(run, number):
    with pytest.raises(Crashed) as crash:
        run(f"import os; os.kill(os.getpid(), {number.value})")

    assert crash.value.signal is number


@pytest.mark.parametrize(
    "program", ["import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)", "import time; time.sleep(60)"]
)
def test_a_process_that_others_end_may_be_tried_again(run, program):
    with pytest.raises(Interrupted):
        run(program, Bounds(memory=2**28, output=2**16, cpu_seconds=1, seconds=0.5))


@pytest.mark.parametrize(
    ("program", "task"),
    [
        (contents.PROGRAM, {}),
        (pictures.PROGRAM, {"pixels": 100, "sizes": {}}),
        (spreadsheets.PROGRAM, dict.fromkeys(spreadsheets.Limits.__slots__, 1000)),
    ],
)
def test_a_full_disk_is_not_the_fault_of_the_file(program, task):
    people = b"name,email\nNina,nina@example.com\n"

    with Path("/dev/full").open("wb") as full, pytest.raises(OSError, match="space") as failure:
        isolation.run(program, task, [people * 100], full, contents.BOUNDS)

    assert failure.value.errno == errno.ENOSPC


def test_a_process_has_no_secrets(run, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret")

    names = run("import os; print(*os.environ)").split()

    # The interpreter sets the second one itself.
    assert set(names) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}
