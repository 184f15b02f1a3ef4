"""Mails while the worker and the stores are killed: each is sent, and a repetition is the same mail."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import requests
from celery import Celery
from psycopg2.extras import Json

from devstack.mail import MailCatcher
from devstack.services.stack import Stack
from learnstream.services.messaging.queue import SEND_TASK, outgoing
from tests.faults.deployment import Worker, kill_store, run_sql
from tests.faults.system import SETTINGS, release
from tests.server import ROOT
from tests.waiting import within

PATIENCE = 60.0  # on a busy machine
REQUEST = (
    "INSERT INTO mails (address, template, facts, language, cause, state, tries, next_try_at, created_at) "
    "SELECT 'sam' || n || '@example.com', 'password_changed', %s, 'en', %s || n, 'queued', 0, now(), now() "
    "FROM generate_series(1, %s) n"
)


@dataclass
class Sending:
    """A worker that sends mails to a catcher."""

    stack: Stack
    worker: Worker
    catcher: MailCatcher
    broker: Any
    causes: int = 0

    def sql(self, statement, *values):
        return run_sql(self.stack.postgres.url, statement, *values)

    def request(self, number):
        """Request this many mails, as a follower does."""
        self.causes += 1
        self.sql(REQUEST, Json({"at": "2026-03-01T12:00:00+00:00"}), f"{self.causes}:", number)
        self.wake()

    def wake(self):
        self.broker.send_task(SEND_TASK, [outgoing.name], queue=outgoing.queue)

    def let_leases_end(self):
        """Let the leases of killed workers end, and pauses, as if the time had passed."""
        self.sql("UPDATE mails SET next_try_at = now() WHERE state = 'queued'")
        self.wake()

    def states(self):
        return dict(
            self.sql("SELECT state, count(*)::int FROM mails WHERE cause LIKE %s GROUP BY 1", f"{self.causes}:%")
        )

    def call(self, method, path, **options):
        return requests.request(method, self.catcher.inbox + path, timeout=20, **options)

    def messages(self):
        return self.call("GET", "/messages").json()

    def fail(self, **fault):
        assert self.call("POST", "/faults", json=fault).ok

    def is_failing(self):
        """Return whether the fault has begun."""
        return self.call("GET", "/faults").json() == []


@pytest.fixture(scope="module")
def worker_and_catcher(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mails")
    with (
        Stack(ROOT, ephemeral=True, durable=True, environ={}) as stack,
        MailCatcher() as catcher,
        Celery(broker=stack.redis.url) as broker,
    ):
        mail = {**catcher.environment(), "PUBLIC_URL": "https://api.school.test"}
        environment = SETTINGS | stack.environment() | mail
        release(environment)
        with Worker(environment, directory / "worker.log") as worker:
            yield Sending(stack, worker, catcher, broker)


@pytest.fixture
def sending(worker_and_catcher):
    for path in ("/faults", "/messages"):
        worker_and_catcher.call("DELETE", path)
    return worker_and_catcher


def kill_worker(sending):
    sending.worker.kill()
    sending.worker.start()


def is_sent(sending, number):
    sending.let_leases_end()
    return sending.states() == {"sent": number}


STAGES = [("data", True), ("data", False), ("recipient", False), ("sender", False), ("connect", False)]


@pytest.mark.parametrize(
    ("stage", "accepted"), [STAGES[0], *(pytest.param(*each, marks=pytest.mark.thorough) for each in STAGES[1:])]
)
def test_a_mail_whose_worker_is_killed_arrives_once_or_as_the_same_mail(sending, stage, accepted):
    sending.fail(kind="hang", at=stage, stored=accepted)
    sending.request(1)
    within(PATIENCE, sending.is_failing)

    kill_worker(sending)

    within(PATIENCE, partial(is_sent, sending, 1))
    messages = sending.messages()
    assert len(messages) == 1 + accepted
    assert len({each["message_id"] for each in messages}) == 1


KILLS = {
    "worker": kill_worker,
    "PostgreSQL": lambda sending: kill_store(sending.stack.postgres),
    "Redis": lambda sending: kill_store(sending.stack.redis),
    "MongoDB": lambda sending: kill_store(sending.stack.mongodb),
}


@pytest.mark.parametrize(
    "part", ["worker", *(pytest.param(part, marks=pytest.mark.thorough) for part in KILLS if part != "worker")]
)
def test_no_mail_is_lost_when_a_part_is_killed(sending, part, record_property):
    number = 150
    sending.request(number)
    within(PATIENCE, sending.messages)

    KILLS[part](sending)

    within(PATIENCE, partial(is_sent, sending, number))
    sent = [each["message_id"] for each in sending.messages()]
    assert len(set(sent)) == number
    assert len(sent) - number <= 1, "only the mail that was being sent is repeated"
    record_property(
        "result", {"sentence": f"{part} killed: {number} mails arrived, {len(sent) - number} of them twice"}
    )


@pytest.fixture
def freeze():
    """Return a function that freezes a store until the end of the test, or until it is thawed."""
    with ExitStack() as thawing:

        def freeze(store):
            store.freeze()
            thawing.callback(store.thaw)

        yield freeze


def stops_arriving(sending):
    """Wait until no further mail has arrived for two seconds; return how many have."""
    number = len(sending.messages())
    time.sleep(2)
    return number if len(sending.messages()) == number else stops_arriving(sending)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_mails_wait_for_a_frozen_store_and_none_is_lost(sending, freeze, name):
    store = getattr(sending.stack, name)
    sending.request(150)
    within(PATIENCE, sending.messages)

    freeze(store)
    stops_arriving(sending)
    store.thaw()

    within(PATIENCE, partial(is_sent, sending, 150))
    sent = [each["message_id"] for each in sending.messages()]
    assert len(set(sent)) == 150
    assert len(sent) <= 151, "only the mail that was being sent is repeated"


@pytest.mark.thorough
def test_mails_go_on_while_mongodb_is_frozen(sending, freeze):
    freeze(sending.stack.mongodb)

    sending.request(20)

    within(PATIENCE, lambda: sending.states() == {"sent": 20})


@pytest.mark.thorough
def test_a_thousand_mails_are_sent_within_a_minute(sending, record_property):
    sending.request(1000)

    within(PATIENCE, lambda: sending.states() == {"sent": 1000})

    [(seconds,)] = sending.sql(
        "SELECT extract(epoch FROM max(sent_at) - min(created_at))::float FROM mails WHERE cause LIKE %s",
        f"{sending.causes}:%",
    )
    record_property("result", {"sentence": f"1000 mails in {seconds:.1f} s"})
    assert seconds <= 60
