"""The primary of three MongoDB servers is killed while learners send heartbeats and guests browse."""

import time
from itertools import count

import pytest

from devstack.services.stack import Stack
from tests.faults.load import Clients
from tests.faults.members import ELECTED_WITHIN, three_members
from tests.faults.system import running
from tests.faults.test_table import AT_ONCE
from tests.faults.wishes import heartbeats
from tests.server import ROOT
from tests.waiting import within

REPORTING = 3
PAUSE = 0.05
# Time after the election until the application notices: it checks the servers every two seconds.
NOTICING = 5.0


@pytest.fixture
def replica_set():
    with three_members() as replica_set:
        yield replica_set


@pytest.fixture
def school(replica_set, tmp_path):
    with (
        Stack(ROOT, ephemeral=True, environ={"MONGODB_URI": replica_set.url}) as stack,
        running(stack.environment(), tmp_path) as system,
    ):
        yield system.school


@pytest.fixture
def looking(school):
    """Return guests' requests: a cached one, and one that needs MongoDB."""
    words = count()
    school.course_of_texts(school.instructor(), 1)
    return [
        lambda session: session.get(f"{school.url}/courses", timeout=20),
        lambda session: session.get(f"{school.url}/courses?q=word{next(words)}", timeout=20),
    ]


class Learner:
    """Sends one heartbeat after the other, and remembers the last acknowledged one."""

    def __init__(self, school):
        self._wishes = heartbeats(school)
        self.record, self.seq, self.seconds = "", 0, 0

    def report(self, _):
        wish = next(self._wishes)
        answer = wish.send()
        if answer.ok:
            self.record = f"{wish.about['user_id']}:{wish.about['lesson_id']}"
            self.seq, self.seconds = wish.about["seq"], answer.json()["watched_seconds"]
        return answer


@pytest.mark.thorough
def test_a_killed_primary_takes_no_acknowledged_write_along(replica_set, school, looking, record_property):
    learners = [Learner(school) for _ in range(REPORTING)]
    with Clients(*[each.report for each in learners], pause=PAUSE) as reports, Clients(*looking, pause=PAUSE) as looks:
        before = reports.watch(2.0)
        primary = replica_set.primary()
        with looks.watching() as seen, reports.watching() as meanwhile:
            killed = time.monotonic()
            primary.kill()
            within(ELECTED_WITHIN, replica_set.primary)
            elected = time.monotonic()
            time.sleep(NOTICING)
        primary.start()
        within(ELECTED_WITHIN, replica_set.is_whole)
        after = reports.watch(2.0)

    refused = [began for began, _, status in meanwhile.taken if status != 200]
    assert before.statuses.keys() == after.statuses.keys() == {200}
    assert meanwhile.statuses.keys() == {200, 503}
    assert max(refused) < elected + NOTICING / 2
    assert meanwhile.longest < AT_ONCE
    # On a busy machine a moment of silence may count as an outage; it must stay a moment.
    assert seen.statuses[200] > 0.98 * len(seen.taken)
    with replica_set.database() as database:
        for learner in learners:
            kept = database.progress.find_one({"_id": learner.record})
            assert kept["position"]["seq"] >= learner.seq
            assert max(video["seconds"] for video in kept["watched"].values()) >= learner.seconds
    record_property("result", {"sentence": told(meanwhile, seen, refused, elected - killed, max(refused) - killed)})


def told(meanwhile, seen, refused, election, errors):
    writes = f"{len(meanwhile.taken)} reports, {len(refused)} refused with 503 for {errors:.1f} s"
    failed = len(seen.taken) - seen.statuses[200]
    reads = f"{len(seen.taken)} reads, {failed} refused, the slowest in {seen.longest:.1f} s"
    return f"Primary killed: another one after {election:.1f} s; {writes}, the slowest in {meanwhile.longest:.1f} s; {reads}"
