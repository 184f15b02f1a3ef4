"""How tests are distributed over processes, by a model of xdist's worker and by xdist itself."""

import os
import random
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from tests.plugins.whole_modules import WholeModules
from tests.server import ROOT

PLUGINS = ["-p", "xdist.plugin", "-p", "tests.plugins.whole_modules", "-p", "no:cacheprovider"]
STORY = """
import os
import pytest

@pytest.fixture(scope="module")
def told():
    return []

@pytest.mark.parametrize("number", range(20))
def test_a_part(told, number, worker_id):
    told.append(number)
    assert told == [*range(number + 1)]
    with open(os.environ["TOLD"], "a") as file:
        print(__name__, worker_id, file=file)
"""
OTHERS = """
import pytest

@pytest.mark.parametrize("number", range(40))
def test_alone(number):
    pass
"""


class Worker:
    """A process as the scheduler sees it: it begins a test only when it knows the next one, or that there is none."""

    gateway = SimpleNamespace(id="gw")
    shutting_down = False

    def __init__(self):
        self.queue, self.stolen, self.done = [], None, []

    def send_runtest_some(self, tests):
        self.queue += tests

    def send_steal(self, tests):
        self.stolen = tests

    def shutdown(self):
        self.shutting_down = True

    def can_run(self):
        return len(self.queue) > 1 or (self.queue and self.shutting_down)

    def run(self, scheduler):
        self.done.append(self.queue.pop(0))
        scheduler.mark_test_complete(self, self.done[-1])

    def give_back(self, scheduler):
        """Answer a request, possibly after having run some of these tests: then nothing is given back."""
        given, self.stolen = self.stolen, None
        # The test after the running one has been taken from the queue already.
        given = given if {*given} <= {*self.queue[2:]} else []
        self.queue = [each for each in self.queue if each not in given]
        scheduler.remove_pending_tests_from_node(self, given)


@pytest.fixture
def tree(tmp_path):
    """Modules of which three are stories, in the order in which they are collected."""
    for name, source in {"a": OTHERS, "b": STORY, "c": OTHERS, "d": STORY, "e": STORY}.items():
        (tmp_path / f"test_{name}.py").write_text(source)
    return tmp_path


def distribute(tree, collection, chance):
    """Run all tests in three workers, in any order of events; return the workers."""
    config = SimpleNamespace(getvalue=lambda _: ["3*popen"], rootpath=tree)
    scheduler, workers = WholeModules(config), [Worker() for _ in range(3)]
    for each in workers:
        scheduler.add_node(each)
        scheduler.add_node_collection(each, collection)
    scheduler.schedule()
    speeds = [chance.random() ** 3 + 0.01 for _ in workers]
    while events := [
        (event, speed)
        for each, speed in zip(workers, speeds, strict=True)
        for event, is_due in ((each.give_back, each.stolen is not None), (each.run, each.can_run()))
        if is_due
    ]:
        [event] = chance.choices([event for event, _ in events], [speed for _, speed in events])
        event(scheduler)
    assert scheduler.tests_finished
    return workers


@pytest.mark.parametrize("seed", range(20))
def test_a_module_that_shares_fixtures_is_run_by_one_process_in_order(tree, seed):
    chance = random.Random(seed)
    sizes = {name: chance.randint(1, 30) for name in "abcde"}
    collection = [f"test_{name}.py::test_{number}" for name in sizes for number in range(sizes[name])]

    workers = distribute(tree, collection, chance)

    done = [[collection[test] for test in worker.done] for worker in workers]
    assert Counter(test for tests in done for test in tests) == Counter(collection)
    for name in "bde":
        [told] = filter(None, ([test for test in tests if f"_{name}." in test] for tests in done))
        [tests] = [tests for tests in done if told[0] in tests]
        first = tests.index(told[0])
        assert tests[first : first + len(told)] == [f"test_{name}.py::test_{number}" for number in range(sizes[name])]


def test_processes_that_are_idle_take_tests_from_others(tree):
    collection = [f"test_{name}.py::test_{number}" for name in "ac" for number in range(100)]

    workers = distribute(tree, collection, SimpleNamespace(random=lambda: 1, choices=first))

    assert len(workers[-1].done) <= 2


def first(events, _):
    """Choose what the last worker does only if no other can do anything."""
    return events[:1]


def test_xdist_runs_stories_whole(tree):
    told = tree / "told"
    # Other plugins take most of the time to start.
    alone = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *PLUGINS,
        "-n",
        "3",
        "--dist",
        "worksteal",
        "--rootdir",
        str(tree),
        str(tree),
    ]

    done = subprocess.run(
        command, cwd=tree, env={**os.environ, **alone, "TOLD": str(told)}, capture_output=True, text=True
    )

    assert (done.returncode, "140 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    by_module = Counter(told.read_text().splitlines())
    assert {line.split()[0]: count for line, count in by_module.items()} == {f"test_{name}": 20 for name in "bde"}
    assert len(by_module) == 3
