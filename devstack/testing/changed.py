"""Select the tests for a change: those of every module that imports a changed one, and the changed tests."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError

EVERYTHING = "tests"
# Files that are not modules of the application; the longest matching prefix wins.
AREAS = {
    "bench/": "tests/bench",
    "devstack/": "tests/devstack",
    "learnstream/static/": "tests/browser",
    "learnstream/templates/": "tests/browser",
    "migrations/": "tests/platform/test_migrations.py",
    "server/": "tests/gunicorn_worker",
    "config.py": "tests/platform/test_config.py",
    "requirements": EVERYTHING,
    "pyproject.toml": EVERYTHING,
    "tests/": EVERYTHING,  # plugins, factories: used by all tests
}


def select_since(since: str) -> list[str]:
    """Return the test files and folders affected by the changes since a revision, committed or not."""
    graph = grimp.build_graph("learnstream", cache_dir=None)
    wanted = {test for path in changed_files(since) for test in select(path, graph)}
    if EVERYTHING in wanted:
        return [EVERYTHING]
    return sorted(test for test in wanted if not any(_is_inside(test, other) for other in wanted))


def changed_files(since: str) -> list[str]:
    """Return the paths that differ from a revision, including untracked files.

    Raises:
        DevstackError: unknown revision.
    """
    tracked = _git("diff", "--name-only", since, "--")
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
        area = max((start for start in AREAS if path.startswith(start)), key=len, default=None)
        yield from _existing([AREAS[area]] if area else [])


def mirrored(module: str) -> list[str]:
    """Return the tests of a module, at the same place: a folder or file of its name, else its folder."""
    *folders, name = module.split(".")[1:] or [""]
    folder = Path("tests", *folders)
    own = _existing([str(folder / name), str(folder / f"test_{name}.py")]) if name else []
    return own or (_existing([str(folder)]) if folders else [EVERYTHING])


def _existing(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if path.endswith(".py") else ""


def _is_inside(test: str, other: str) -> bool:
    return test.startswith(f"{other}/")


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DevstackError(done.stderr.strip())
    return done.stdout.splitlines()
