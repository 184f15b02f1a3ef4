from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.clock import now
from learnstream.models import AuditEntry, OutboxMessage
from learnstream.services.foundation import audit, outbox
from learnstream.stores.sql import db


@pytest.fixture
def register_handler(monkeypatch):
    """Return a decorator that registers the handler of the topic `test`."""
    monkeypatch.setattr(outbox, "topics", {})

    def register(handler=None, *, topic="test", **retries):
        decorator = outbox.handles(topic, **retries)
        return decorator(handler) if handler else decorator

    return register


@pytest.fixture
def add_message(app):
    def add(**payload):
        outbox.add("test", **payload)
        db.session.commit()

    return add


def make_due():
    db.session.execute(sa.update(OutboxMessage).values(next_try_at=now() - timedelta(seconds=1)))
    db.session.commit()


def only_message(separate_session):
    return separate_session.scalars(sa.select(OutboxMessage)).one()


def test_a_message_is_done_once(register_handler, add_message, separate_session):
    seen = []
    register_handler(seen.append)
    add_message(n=1)

    assert (outbox.relay(), outbox.relay()) == (1, 0)

    assert seen == [{"n": 1}]
    assert only_message(separate_session).done_at is not None


def test_no_transaction_is_open_while_a_message_is_processed(register_handler, add_message):
    seen = []
    register_handler(lambda _: seen.append(db.session().in_transaction()))
    add_message()

    outbox.relay()

    assert seen == [False]


def test_what_a_handler_writes_is_committed_with_the_message(register_handler, add_message, separate_session):
    register_handler(lambda _: audit.record("tested", actor_id=None, target_kind="test", target_id=1))
    add_message()

    outbox.relay()

    assert separate_session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


def test_a_failing_handler_writes_nothing_and_is_retried(register_handler, add_message, separate_session):
    @register_handler
    def fail(_):
        audit.record("tested", actor_id=None, target_kind="test", target_id=1)
        raise RuntimeError("not today")

    add_message()

    assert outbox.relay() == 0

    message = only_message(separate_session)
    assert (message.done_at, message.tries, message.last_error) == (None, 1, "RuntimeError: not today")
    assert message.next_try_at > now()
    assert separate_session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_a_message_that_keeps_failing_is_parked(register_handler, add_message, separate_session):
    @register_handler
    def fail(_):
        raise RuntimeError("never")

    add_message()
    for _ in range(10):
        outbox.relay()
        make_due()

    message = only_message(separate_session)
    assert message.parked_at is not None
    assert message.tries == 8


def test_a_topic_may_have_tries_of_its_own(register_handler, add_message, separate_session):
    @register_handler(give_up_after=timedelta(days=1), first_pause=timedelta(hours=5), longest_pause=timedelta(hours=8))
    def fail(_):
        raise RuntimeError("never")

    add_message()
    pauses = []
    while (message := only_message(separate_session)).parked_at is None:
        began = now()
        outbox.relay()
        separate_session.expire_all()
        pauses.append(round((message.next_try_at - began) / timedelta(hours=1)))
        make_due()
        separate_session.expire_all()

    # The last try keeps the time at which its lease would have ended.
    assert pauses == [5, 8, 8, 8, 0]


def test_a_topic_is_relayed_alone(register_handler, add_message):
    seen = []
    register_handler(lambda _: seen.append("test"))
    register_handler(lambda _: seen.append("other"), topic="other")
    add_message()
    outbox.add("other")
    db.session.commit()

    assert (outbox.relay(topic="other"), outbox.relay(topic="other")) == (1, 0)

    assert seen == ["other"]


def test_a_message_of_a_newer_release_waits(register_handler, app, separate_session):
    outbox.add("unheard of")
    db.session.commit()

    assert outbox.relay() == 0

    assert only_message(separate_session).tries == 0


def test_a_message_that_was_taken_over_meanwhile_writes_nothing(register_handler, add_message, separate_session):
    @register_handler
    def overtaken(_):
        audit.record("tested", actor_id=None, target_kind="test", target_id=1)
        with db.engine.begin() as other:
            other.execute(sa.update(OutboxMessage).values(tries=OutboxMessage.tries + 1))

    add_message()

    assert outbox.relay() == 0

    assert only_message(separate_session).done_at is None
    assert separate_session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_a_message_that_is_being_processed_is_not_claimed_again(register_handler, add_message):
    seen = []

    @register_handler
    def work(payload):
        seen.append(payload)
        outbox.relay()

    add_message(n=1)
    outbox.relay()

    assert seen == [{"n": 1}]


def test_a_message_whose_worker_died_is_due_again(register_handler, add_message):
    seen = []
    register_handler(seen.append)
    add_message(n=1)
    outbox._claim(["test"])

    assert outbox.relay() == 0
    make_due()

    assert outbox.relay() == 1
    assert seen == [{"n": 1}]


def test_a_rolled_back_transaction_leaves_no_message(register_handler, app, separate_session):
    outbox.add("test")
    db.session.rollback()

    assert separate_session.scalars(sa.select(OutboxMessage)).all() == []
