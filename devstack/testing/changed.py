"""Select the tests for a change: those of every module that imports a changed one, and the changed tests."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError

ALL_TESTS = "tests"
# Files that are not modules of the application; the longest matching prefix wins.
AREAS = {
    "bench/": "tests/bench",
    "devstack/": "tests/devstack",
    "learnstream/static/": "tests/browser",
    "learnstream/templates/": "tests/browser",
    "migrations/": "tests/platform/test_migrations.py",
    "server/": "tests/gunicorn_worker",
    "config.py": "tests/platform/test_config.py",
    "requirements": ALL_TESTS,
    "pyproject.toml": ALL_TESTS,
    "tests/": ALL_TESTS,  # plugins, factories: used by all tests
}


def select_since(revision: str) -> list[str]:
    """Return the test files and folders affected by the changes since a revision, committed or not."""
    graph = grimp.build_graph("learnstream", cache_dir=None)
    selected = {test for path in changed_files(revision) for test in select(path, graph)}
    if ALL_TESTS in selected:
        return [ALL_TESTS]
    return sorted(test for test in selected if not any(_is_inside(test, other) for other in selected))


def changed_files(revision: str) -> list[str]:
    """Return the paths that differ from a revision, including untracked files.

    Raises:
        DevstackError: unknown revision.
    """
    tracked = _git("diff", "--name-only", revision, "--")
    return tracked + _git("ls-files", "--others", "--exclude-standard")


def select(path: str, graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield the tests of a changed file."""
    module = _module(path)
    if module in graph.modules:
        # Packages import their modules; following them would always select everything.
        importers = (each for each in graph.find_downstream_modules(module) if not graph.find_children(each))
        for each in (module, *importers):
            yield from mirrored(each)
    elif path.startswith("tests/") and Path(path).name.startswith("test_"):
        yield from _existing([path])
    else:
        area = max((prefix for prefix in AREAS if path.startswith(prefix)), key=len, default=None)
        yield from _existing([AREAS[area]] if area else [])


def mirrored(module: str) -> list[str]:
    """Return the tests of a module, at the same place: a folder or file of its name, else its folder."""
    *folders, name = module.split(".")[1:] or [""]
    folder = Path("tests", *folders)
    own = _existing([str(folder / name), str(folder / f"test_{name}.py")]) if name else []
    return own or (_existing([str(folder)]) if folders else [ALL_TESTS])


def _existing(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if path.endswith(".py") else ""


def _is_inside(test: str, other: str) -> bool:
    return test.startswith(f"{other}/")


def _git(*arguments: str) -> list[str]:
    completed = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if completed.returncode:
        raise DevstackError(completed.stderr.strip())
    return completed.stdout.splitlines()
