from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.extensions import celery
from learnstream.jobs import cleanup
from learnstream.models import IdempotencyKey, OutboxMessage, RefreshToken, Session
from learnstream.models.address_change import AddressChange
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.accounts import sessions
from learnstream.services.foundation import idempotency, outbox
from learnstream.stores.sql import db


def ago(**time):
    return now() - timedelta(**time)


def add_session(person, **columns):
    session = Session(**{"user_id": person.id, "expires_at": now() + timedelta(days=30)} | columns)
    db.session.add(session)
    db.session.flush()
    token = sessions.issue_refresh_token(session)
    db.session.commit()
    return session, token


def rows(session, table):
    return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def run():
    """Run the job twice, as when a task is delivered again."""

    def run():
        cleanup.delete_expired()
        db.session.rollback()
        cleanup.delete_expired()

    return run


def test_sessions_that_ended_a_month_ago_are_deleted_with_their_tokens(run, stranger, separate_session):
    add_session(stranger, revoked_at=ago(days=31))
    add_session(stranger, expires_at=ago(days=31))
    kept = {add_session(stranger, revoked_at=ago(days=29))[0].id, add_session(stranger)[0].id, stranger.session_id}

    run()

    assert set(separate_session.scalars(select(Session.id))) == kept


def test_expired_refresh_tokens_are_deleted_and_used_ones_are_not(run, stranger, separate_session):
    _, expired = add_session(stranger)
    _, used = add_session(stranger)
    expired.expires_at, used.consumed_at = ago(seconds=1), ago(days=2)
    db.session.commit()

    run()

    assert separate_session.scalars(select(RefreshToken.id)).all() == [used.id]


def test_a_child_outlives_its_deleted_parent(run, stranger, separate_session):
    session, parent = add_session(stranger)
    child = sessions.issue_refresh_token(session, parent_id=parent.id)
    parent.expires_at = ago(seconds=1)
    db.session.commit()

    run()

    assert separate_session.execute(select(RefreshToken.id, RefreshToken.parent_id)).all() == [(child.id, None)]


def test_expired_idempotency_keys_are_deleted(run, stranger, separate_session):
    idempotency.claim(user_id=stranger.id, operation="POST /x", key="k", body_hash=b"b" * 32)
    db.session.execute(db.update(IdempotencyKey).values(expires_at=ago(seconds=1)))
    idempotency.claim(user_id=stranger.id, operation="POST /x", key="l", body_hash=b"b" * 32)
    db.session.commit()

    run()

    assert separate_session.scalars(select(IdempotencyKey.key)).all() == ["l"]


def test_messages_that_were_done_a_week_ago_are_deleted(run, app, separate_session):
    done, recent, parked, pending = (outbox.add("no.handler") for _ in range(4))
    done.done_at, recent.done_at, parked.parked_at = ago(days=8), ago(days=6), ago(days=8)
    db.session.commit()

    run()

    assert set(separate_session.scalars(select(OutboxMessage.id))) == {recent.id, parked.id, pending.id}


def test_mails_older_than_the_events_that_cause_them_are_deleted(run, app, separate_session):
    old, recent = {"created_at": ago(days=181)}, {"created_at": ago(days=179)}
    sent, queued = {"state": MailState.SENT}, {"state": MailState.QUEUED}
    for number, columns in enumerate([old | sent, old | queued, recent | sent]):
        db.session.add(Mail(template=MailTemplate.INVITATION, address="a@example.com", cause=f"{number}", **columns))


def test_changes_of_addresses_are_deleted_after_a_week(run, stranger, separate_session):
    old, recent = (
        AddressChange(user_id=stranger.id, old_address="a@x.org", old_key="a@x.org", new_address="b@x.org", **columns)
        for columns in ({"created_at": ago(days=8)}, {"created_at": ago(days=6)})
    )
    db.session.add_all([old, recent])
    db.session.commit()

    run()

    assert separate_session.scalars(select(AddressChange.id)).all() == [recent.id]


def test_the_schedule_knows_the_job():
    scheduled = {entry["task"] for entry in celery.conf.beat_schedule.values()}

    assert cleanup.TASK in scheduled
    assert cleanup.TASK in celery.tasks
