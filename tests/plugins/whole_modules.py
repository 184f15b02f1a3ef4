"""With `--dist worksteal`: modules whose tests share fixtures of their own are run whole, in order, by one process.

Work stealing cuts a process's queue anywhere. A process could then run the end of a story before its beginning, and each
process that gets a part of such a module starts its servers again.
"""

from functools import cached_property

import pytest
from xdist.scheduler.worksteal import MIN_PENDING, WorkStealingScheduling

SHARED = 'scope="module"'
# Its data are restored for every test, and two of its modules have 900 tests.
CUT_ANYWHERE = "tests/access/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return WholeModules(config, log) if config.getvalue("dist") == "worksteal" else None


class WholeModules(WorkStealingScheduling):
    """Work stealing whose queues are cut between modules only, where these share fixtures."""

    @cached_property
    def whole(self):
        """Of each test, the module that is not cut, or None."""
        files = [each.partition("::")[0] for each in self.collection]
        shared = {file: file for file in {*files} if shares_fixtures(self.config.rootpath / file)}
        return [shared.get(file) for file in files]

    def check_schedule(self):
        if not self._idle():
            return
        for number, node in enumerate(idle := self._idle()):
            self._send_tests(node, len(self.pending) // (len(idle) - number))
        if self._idle() and self.steal_requested_from_node is None:
            self._steal()

    def _send_tests(self, node, num):
        """Send about so many of the pending tests; whole modules first, since they cannot be divided at the end."""
        size = self._cut(self.pending, num, num) if num else 0
        self.pending[:size] = sorted(self.pending[:size], key=lambda test: self.whole[test] is None)
        super()._send_tests(node, size)

    def _steal(self):
        """Take the longest end of a queue, up to about half of it; if there is none, let idle nodes finish."""
        ends = {node: self._end(self.node2pending[node]) for node in self._running()}
        node = max(ends, key=lambda node: len(ends[node]), default=None)
        if node and ends[node]:
            node.send_steal(ends[node])
            self.steal_requested_from_node = node
        else:
            for each in self._idle():
                each.shutdown()

    def _end(self, queue):
        """Return the tests that can be taken from the end of a queue: of these, the part nearest to half of the queue."""
        return queue[self._cut(queue, MIN_PENDING, len(queue) - len(queue) // 2) :]

    def _cut(self, tests, first, wanted):
        """Return the place from `first` on that is nearest to `wanted` and not inside a whole module."""
        places = [place for place in range(first, len(tests)) if self._is_between(tests[place - 1], tests[place])]
        return min([*places, len(tests)], key=lambda place: abs(place - wanted))

    def _is_between(self, before, after):
        return self.whole[before] is None or self.whole[before] != self.whole[after]

    def _running(self):
        return [node for node in self.node2pending if not node.shutting_down]

    def _idle(self):
        return [node for node in self._running() if len(self.node2pending[node]) < MIN_PENDING]


def shares_fixtures(module):
    """Return whether the fixtures of a module, or those beside it, are created once for all of its tests."""
    sources = [each for each in (module, module.with_name("conftest.py")) if each.is_file()]
    return CUT_ANYWHERE not in module.as_posix() and any(SHARED in each.read_text() for each in sources)
