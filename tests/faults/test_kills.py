"""Parts are killed with SIGKILL under load: acknowledged effects are there, and nothing is half done."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest
import requests

from tests.faults.deployment import PARTS, start_deployment
from tests.faults.invariants import INVARIANTS, messages, waiting
from tests.faults.operations import KINDS
from tests.waiting import within

FILE_TASKS = ("process_files", "remove_files", "sweep_files")
TASKS = (
    "relay_outbox",
    "move_news",
    "retry_webhook_events",
    "repair_courses",
    "review_videos",
    "wake_followers",
    *FILE_TASKS,
)
RECOVERY = 30.0  # including the restart of the killed part, on a busy machine
SETTLE_SECONDS = 60.0


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    with start_deployment(tmp_path_factory.mktemp("whole")) as deployment:
        yield deployment


@pytest.mark.parametrize(
    ("part", "times"),
    [
        ("web worker", 1),
        *[pytest.param(part, 3, marks=pytest.mark.thorough) for part in PARTS],
    ],
)
def test_acknowledged_operations_survive_a_kill_and_none_is_partial(deployment, part, times, record_property):
    kinds = {kind: prepare(deployment.seeder, times + 1) for kind, prepare in KINDS.items()}
    with Clients(kinds) as clients:
        for _ in range(times):
            clients.work_for(0.7)
            began = time.monotonic()
            deployment.kill(part)
            within(RECOVERY, lambda: is_healthy(deployment))
            away = time.monotonic() - began
        clients.work_for(0.7)

    expire_leases(deployment)
    cut_off = [operation for operation in clients.all() if operation.response is None]
    for operation in cut_off:
        assert operation.send_again() or is_known(operation), operation.error
    expire_leases(deployment)
    within(SETTLE_SECONDS, lambda: is_settled(deployment))

    assert min(len(operations) for operations in clients.operations.values()) > 2
    for kind, operations in clients.operations.items():
        INVARIANTS[kind](deployment, operations)
    messages(deployment)
    sentence = f"{len(clients.all())} operations, {len(cut_off)} cut off, back after {away:.1f} s"
    record_property("result", {"sentence": f"{part} killed {times} times: {sentence}"})


class Clients:
    """One client per kind, which sends one operation after the other, acknowledged or not."""

    def __init__(self, kinds):
        self.operations = {kind: [] for kind in kinds}
        self._kinds = kinds
        self._ending = threading.Event()
        self._pool = ThreadPoolExecutor(len(kinds))

    def __enter__(self):
        self._working = [self._pool.submit(self._work, *each) for each in self._kinds.items()]
        return self

    def __exit__(self, *_):
        self._ending.set()
        self._pool.shutdown()
        for each in self._working:
            each.result()

    def work_for(self, seconds):
        time.sleep(seconds)

    def all(self):
        return [operation for operations in self.operations.values() for operation in operations]

    def _work(self, kind, operations):
        for operation in operations:
            if self._ending.is_set():
                return
            self.operations[kind].append(operation)
            # Back off after an error response.
            operation.send_again() or self._ending.wait(0.3)


def is_healthy(deployment):
    asked = [(deployment.seeder.admin, "/auth/sessions"), (deployment.seeder.guest, f"/courses?q={token_hex(4)}")]
    try:
        return all(person.request("GET", path).ok for person, path in asked)
    except requests.RequestException:
        return False


def is_known(operation):
    """True if a repeated registration is refused because the first one has created the account."""
    return "email" in operation.subject and "email_taken" in operation.error


def expire_leases(deployment):
    """Backdate all leases, as if the time had passed after which unfinished work may be taken over."""
    deployment.sql("UPDATE idempotency_keys SET created_at = created_at - interval '1 hour' WHERE status IS NULL")
    deployment.sql("UPDATE outbox SET next_try_at = now() WHERE done_at IS NULL")
    deployment.sql("UPDATE followers SET claimed_until = now() WHERE claimed_until > now()")
    long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    deployment.mongo.webhook_events.update_many({"state": "pending"}, [{"$set": {"next_try_at": long_ago}}])
    deployment.mongo.videos.update_many({"review_at": {"$ne": None}}, [{"$set": {"review_at": long_ago}}])
    deployment.mongo.courses.update_many({}, [{"$set": {"updated_at": long_ago}}])
    deployment.mongo.files.update_many({"due_at": {"$exists": True}}, [{"$set": {"due_at": long_ago}}])
    days_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "day", "amount": 2}}
    deployment.mongo.objects.files.update_many({}, [{"$set": {"uploadDate": days_ago}}])
    deployment.mongo.objects.unfinished.update_many({}, [{"$set": {"began_at": days_ago}}])


def is_settled(deployment):
    deployment.tasks(*TASKS)
    time.sleep(0.5)
    return not waiting(deployment)
