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
    ("system", "machine", "glibc", "message"),
    [
        ("Darwin", "arm64", (), "x86-64 Linux, not on Darwin arm64"),
        ("Linux", "aarch64", (2, 36), "x86-64 Linux, not on Linux aarch64"),
        ("Linux", "x86_64", (2, 31), "glibc 2.34 or newer and finds 2.31"),
        ("Linux", "x86_64", (), "glibc 2.34 or newer and finds none"),
    ],
)
def test_an_unsupported_machine_is_rejected_with_a_one_line_error(system, machine, glibc, message):
    with pytest.raises(DevstackError, match=message) as error:
        check_machine(system, machine, glibc)

    assert "\n" not in str(error.value)


def test_a_supported_machine_is_accepted():
    assert check_machine("Linux", "x86_64", (2, 34)) is None


def test_a_missing_ensurepip_names_the_package_to_install():
    with pytest.raises(DevstackError, match=r"apt-get install python3\.\d+-venv$"):
        check_ensurepip(False)


def test_a_complete_environment_is_reused(venv):
    assert venv.is_complete()


def test_an_interrupted_installation_is_incomplete(venv):
    venv.stamp.unlink()

    assert not venv.is_complete()


def test_a_changed_lock_file_makes_the_environment_stale(venv):
    (venv.root / "requirements.txt").write_text("flask==4.0.0\n")

    assert not venv.is_complete()


def test_a_moved_or_copied_environment_is_stale(venv, tmp_path):
    copy = shutil.copytree(tmp_path, tmp_path / "a copy")

    assert not Venv(copy).is_complete()


def test_the_version_check_parses_on_older_pythons():
    source = (ROOT / "devstack" / "__main__.py").read_text()

    assert ast.parse(source, feature_version=(3, 6))
    assert source.index("version_info") < source.index("from devstack")


def test_a_failed_installation_prints_one_line_and_sets_the_exit_code(tmp_path):
    shutil.copytree(ROOT / "devstack", tmp_path / "devstack", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("no-such-package-at-all @ file:///nowhere\n")

    completed = subprocess.run(
        [sys.executable, "-m", "devstack", "services"], cwd=tmp_path, capture_output=True, text=True
    )

    assert completed.returncode == 1
    assert "devstack: `-m pip install` failed" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert not (tmp_path / ".venv" / "complete").exists()


def test_the_bootstrap_needs_only_the_standard_library():
    # Without `site`, no installed package can be imported.
    subprocess.run([sys.executable, "-S", "-c", "import devstack.cli, devstack.bootstrap"], cwd=ROOT, check=True)
