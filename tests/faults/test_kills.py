"""Parts are killed with SIGKILL under load: acknowledged effects are there, and nothing is half done."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest
import requests

from tests.faults.ledgers import LEDGERS, messages, waiting
from tests.faults.whole import PARTS, everything
from tests.faults.wishes import KINDS
from tests.waiting import within

TASKS = ("relay_outbox", "move_news", "retry_webhook_events", "repair_courses", "review_videos")
RECOVERY = 30.0  # including the restart of the killed part, on a busy machine
SETTLING = 60.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with everything(tmp_path_factory.mktemp("whole")) as whole:
        yield whole


@pytest.mark.parametrize(
    ("part", "times"),
    [
        ("web worker", 1),
        *[pytest.param(part, 3, marks=pytest.mark.thorough) for part in PARTS],
    ],
)
def test_what_was_acknowledged_before_a_kill_is_there_and_nothing_is_half_done(whole, part, times, record_property):
    kinds = {kind: prepare(whole.school, times + 1) for kind, prepare in KINDS.items()}
    with Clients(kinds) as clients:
        for _ in range(times):
            clients.work_for(0.7)
            began = time.monotonic()
            whole.kill(part)
            within(RECOVERY, lambda: is_well(whole))
            away = time.monotonic() - began
        clients.work_for(0.7)

    let_leases_end(whole)
    cut_off = [wish for wish in clients.all() if wish.answer is None]
    for wish in cut_off:
        assert wish.ask() or is_known(wish), wish.refusal
    let_leases_end(whole)
    within(SETTLING, lambda: is_settled(whole))

    assert min(len(wishes) for wishes in clients.wishes.values()) > 2
    for kind, wishes in clients.wishes.items():
        LEDGERS[kind](whole, wishes)
    messages(whole)
    told = f"{len(clients.all())} wishes, {len(cut_off)} cut off, back after {away:.1f} s"
    record_property("result", {"sentence": f"{part} killed {times} times: {told}"})


class Clients:
    """One client per kind, which sends one wish after the other, acknowledged or not."""

    def __init__(self, kinds):
        self.wishes = {kind: [] for kind in kinds}
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
        return [wish for wishes in self.wishes.values() for wish in wishes]

    def _work(self, kind, coming):
        for wish in coming:
            if self._ending.is_set():
                return
            self.wishes[kind].append(wish)
            # Back off after an error response.
            wish.ask() or self._ending.wait(0.3)


def is_well(whole):
    asked = [(whole.school.admin, "/auth/sessions"), (whole.school.guest, f"/courses?q={token_hex(4)}")]
    try:
        return all(person.ask("GET", path).ok for person, path in asked)
    except requests.RequestException:
        return False


def is_known(wish):
    """True if a repeated registration is refused because the first one has created the account."""
    return "email" in wish.about and "email_taken" in wish.refusal


def let_leases_end(whole):
    """Backdate all leases, as if the time had passed after which unfinished work may be taken over."""
    whole.sql("UPDATE idempotency_keys SET created_at = created_at - interval '1 hour' WHERE status IS NULL")
    whole.sql("UPDATE outbox SET next_try_at = now() WHERE done_at IS NULL")
    long_ago = {"$dateSubtract": {"startDate": "$$NOW", "unit": "hour", "amount": 1}}
    whole.mongo.webhook_events.update_many({"state": "pending"}, [{"$set": {"next_try_at": long_ago}}])
    whole.mongo.videos.update_many({"review_at": {"$ne": None}}, [{"$set": {"review_at": long_ago}}])
    whole.mongo.courses.update_many({}, [{"$set": {"updated_at": long_ago}}])


def is_settled(whole):
    whole.tasks(*TASKS)
    time.sleep(0.5)
    return not waiting(whole)
