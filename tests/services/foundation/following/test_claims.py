"""Claims: of two workers that run a follower, one commits."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.models import AuditEntry, Follower
from learnstream.services.foundation import audit, cursors, follower_status, following
from learnstream.stores.sql import db
from tests.waiting import within


def note(event):
    audit.record("tested", actor_id=None, target_kind="test", target_id=event.position)


def noted(separate_session):
    separate_session.rollback()
    handled = sa.select(AuditEntry.target_id).where(AuditEntry.action == "tested").order_by(AuditEntry.id)
    return list(separate_session.scalars(handled))


def elsewhere(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


def let_claims_lapse():
    elsewhere(sa.update(Follower).values(claimed_until=sa.func.now() - timedelta(seconds=1)))


def test_a_worker_that_died_holds_its_claim_until_it_lapses(follow, tell, separate_session):
    follow(note)
    tell("a")
    cursors._acquire(cursors.Claim("test", "dead"))

    assert following.follow("test") == 0
    let_claims_lapse()

    assert following.follow("test") == 1
    assert noted(separate_session) == ["1"]


def test_a_claim_from_before_the_clock_was_set_back_has_lapsed(follow, tell, separate_session):
    follow(note)
    tell("a")
    cursors._acquire(cursors.Claim("test", "dead"))
    elsewhere(sa.update(Follower).values(claimed_until=sa.func.now() + timedelta(hours=1)))

    assert following.follow("test") == 1
    assert noted(separate_session) == ["1"]


def test_a_worker_that_was_overtaken_commits_nothing(follow, tell, separate_session, cursor):
    runs = []

    def handle(event):
        runs.append(event)
        note(event)
        if len(runs) == 1:
            # As if this worker had been frozen, and another one had taken over.
            let_claims_lapse()
            elsewhere(sa.update(Follower).values(claimed_by="another"))

    follow(handle)
    tell("a")

    assert following.follow("test") == 0
    assert (noted(separate_session), cursor().position) == ([], 0)
    let_claims_lapse()
    assert following.follow("test") == 1
    assert noted(separate_session) == ["1"]


def test_a_replay_during_a_run_is_not_overwritten(app, follow, tell, admin, separate_session, cursor):
    replays = [True]

    def handle(event):
        note(event)
        if event.position == 2 and replays and replays.pop():
            with app.app_context():
                follower_status.replay("test", 1, by=admin.id)
                db.session.commit()

    follow(handle)
    tell("a", "b", "c")

    assert following.follow("test") == 1
    assert cursor().position == 0
    assert following.follow("test") == 3
    assert noted(separate_session) == ["1", "1", "2", "3"]


def test_a_claim_is_renewed_while_a_handler_takes_long(follow, tell, cursor, monkeypatch):
    monkeypatch.setattr(cursors, "RENEW_EVERY", 0.05)
    monkeypatch.setattr(cursors, "LEASE", timedelta(seconds=0.5))
    claims = []

    def handle(_):
        first = cursor().claimed_until
        within(5, lambda: cursor().claimed_until > first + timedelta(seconds=0.2))
        claims.append(cursor().claimed_by)

    follow(handle)
    tell("a")

    assert following.follow("test") == 1
    assert claims[0] is not None
    assert (cursor().claimed_by, cursor().claimed_until) == (None, None)
    within(5, lambda: not any(each.name == "claim-test" for each in threading.enumerate()))


def test_a_change_without_the_claim_is_refused(follow):
    follow(note)

    with pytest.raises(cursors.ClaimLost):
        cursors.Claim("test", "not held").change(position=7)
