import ast
import shutil
import subprocess
import sys

import pytest

from devstack.bootstrap import LOCK_FILES, ROOT, Venv, check_ensurepip, check_machine
from devstack.errors import DevstackError


@pytest.fixture
def venv(tmp_path):
    """A virtual environment that looks complete, in its own tree."""
    for name in LOCK_FILES:
        (tmp_path / name).write_text("flask==3.1.3\n")
    venv = Venv(tmp_path)
    venv.python.parent.mkdir(parents=True)
    venv.python.touch()
    venv.stamp.write_text(venv.fingerprint())
    return venv


@pytest.mark.parametrize(
    ("system", "machine", "glibc", "advice"),
    [
        ("Darwin", "arm64", (), "x86-64 Linux, not on Darwin arm64"),
        ("Linux", "aarch64", (2, 36), "x86-64 Linux, not on Linux aarch64"),
        ("Linux", "x86_64", (2, 31), "glibc 2.34 or newer and finds 2.31"),
        ("Linux", "x86_64", (), "glibc 2.34 or newer and finds none"),
    ],
)
def test_an_unsupported_machine_is_refused_in_one_line(system, machine, glibc, advice):
    with pytest.raises(DevstackError, match=advice) as refusal:
        check_machine(system, machine, glibc)

    assert "\n" not in str(refusal.value)


def test_a_supported_machine_is_accepted():
    assert check_machine("Linux", "x86_64", (2, 34)) is None


def test_a_python_without_ensurepip_gets_the_package_to_install():
    with pytest.raises(DevstackError, match=r"apt-get install python3\.\d+-venv$"):
        check_ensurepip(False)


def test_a_finished_environment_is_used_again(venv):
    assert venv.is_complete()


def test_an_interrupted_installation_is_not_complete(venv):
    venv.stamp.unlink()

    assert not venv.is_complete()


def test_a_changed_lock_file_makes_the_environment_stale(venv):
    (venv.root / "requirements.txt").write_text("flask==4.0.0\n")

    assert not venv.is_complete()


def test_an_environment_that_was_moved_or_copied_is_stale(venv, tmp_path):
    copy = shutil.copytree(tmp_path, tmp_path / "a copy")

    assert not Venv(copy).is_complete()


def test_an_older_python_can_read_the_line_that_refuses_it():
    source = (ROOT / "devstack" / "__main__.py").read_text()

    assert ast.parse(source, feature_version=(3, 6))
    assert source.index("version_info") < source.index("from devstack")


def test_a_failure_is_one_line_and_an_exit_code(tmp_path):
    shutil.copytree(ROOT / "devstack", tmp_path / "devstack", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("no-such-package-at-all @ file:///nowhere\n")

    done = subprocess.run([sys.executable, "-m", "devstack", "services"], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 1
    assert "devstack: `-m pip install` failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv" / "complete").exists()


def test_everything_before_the_environment_stands_comes_with_python():
    # Without `site`, no installed package can be imported.
    subprocess.run([sys.executable, "-S", "-c", "import devstack.cli, devstack.bootstrap"], cwd=ROOT, check=True)
