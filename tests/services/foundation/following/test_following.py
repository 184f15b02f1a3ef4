"""Followers handle the events of their types in order, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.clock import now
from learnstream.errors import Unavailable
from learnstream.models import AuditEntry, Event, EventType, Follower, ParkedEvent
from learnstream.services.foundation import audit, events, following
from learnstream.stores.sql import db


def keys(seen):
    return [event.id.partition(":")[2] for event in seen]


def note(event):
    """Write to PostgreSQL."""
    audit.record("tested", actor_id=None, target_kind="test", target_id=event.id.partition(":")[2])


def noted(separate_session):
    separate_session.rollback()
    return list(separate_session.scalars(sa.select(AuditEntry.target_id).order_by(AuditEntry.id)))


class Flaky:
    """A handler that writes, and fails at the events with these keys."""

    def __init__(self, *fails_at, error=None):
        self.fails_at, self.error, self.calls = set(fails_at), error or RuntimeError("not today"), []

    def __call__(self, events):
        batch = events if isinstance(events, list) else [events]
        self.calls.append(len(batch))
        for event in batch:
            note(event)
            if event.id.partition(":")[2] in self.fails_at:
                raise self.error


def test_each_event_is_handled_once_in_order(follow, tell, cursor):
    seen = []
    follow(seen.append)
    tell("a", "b", "c")

    assert (following.follow("test"), following.follow("test")) == (3, 0)

    assert keys(seen) == ["a", "b", "c"]
    assert [event.position for event in seen] == [1, 2, 3]
    assert cursor().position == 3


def test_a_fact_has_several_followers(follow, tell):
    one, two = [], []
    follow(one.append, name="one")
    follow(two.append, name="two")
    tell("a", "b")

    following.follow_all()

    assert keys(one) == keys(two) == ["a", "b"]


def test_events_of_other_types_are_passed_over(follow, tell, cursor):
    seen = []
    follow(seen.append, EventType.COURSE_REOPENED, EventType.COURSE_PUBLISHED)
    tell("a")
    tell("b", event_type=EventType.COURSE_REOPENED)
    tell("c")

    assert following.follow("test") == 1

    assert keys(seen) == ["b"]
    assert cursor().position == 3


def test_a_new_follower_begins_with_the_next_event(follow, tell):
    seen = []
    tell("earlier")
    follow(seen.append)
    tell("later")

    following.follow("test")

    assert keys(seen) == ["later"]


def test_a_new_follower_may_begin_with_the_oldest_event(follow, tell, cursor):
    seen = []
    tell("a", "b", "c")
    db.session.execute(sa.delete(Event).where(Event.position == 1))
    follow(seen.append, from_start=True)

    following.follow("test")

    assert keys(seen) == ["b", "c"]
    assert cursor().missed == 0


def test_no_transaction_is_open_while_an_event_is_handled(follow, tell):
    seen = []
    follow(lambda _: seen.append(db.session().in_transaction()))
    tell("a", "b")

    following.follow("test")

    assert seen == [False, False]


def test_an_event_is_published_before_its_transaction_is_followed(follow, tell):
    seen = []
    follow(seen.append)
    events.record(EventType.COURSE_ARCHIVED, "unpublished", course_id="a" * 24)
    db.session.commit()

    assert following.follow("test") == 0
    tell("published")
    assert following.follow("test") == 2


def test_batches_have_at_most_their_size(follow, tell):
    handler = Flaky()
    follow(handler, batch=4)
    tell(*range(10))

    assert following.follow("test") == 10

    assert handler.calls == [4, 4, 2]


def test_pages_of_events_follow_each_other(follow, tell, monkeypatch, cursor):
    seen = []
    monkeypatch.setattr(following, "PAGE", 3)
    follow(seen.append)
    tell(*range(7))

    assert following.follow("test") == 7

    assert keys(seen) == [str(number) for number in range(7)]
    assert cursor().position == 7


def test_a_failing_event_is_tried_again_before_later_ones(follow, tell, cursor, separate_session, let_pause_end):
    handler = Flaky("b")
    follow(handler)
    tell("a", "b", "c")

    assert following.follow("test") == 1
    assert (cursor().position, cursor().tries, cursor().last_error) == (1, 1, "RuntimeError: not today")
    assert cursor().next_try_at > now()
    assert following.follow("test") == 0
    handler.fails_at.clear()
    let_pause_end()

    assert following.follow("test") == 2
    assert noted(separate_session) == ["a", "b", "c"]
    assert (cursor().tries, cursor().last_error) == (0, None)


def test_an_event_that_keeps_failing_is_parked_and_the_follower_goes_on(
    follow, tell, cursor, separate_session, let_pause_end
):
    follow(Flaky("b"), give_up_after=timedelta(seconds=12))
    tell("a", "b", "c")
    for _ in range(4):
        following.follow("test")
        let_pause_end()

    parked = separate_session.scalars(sa.select(ParkedEvent)).one()
    assert (parked.follower, parked.position, parked.tries) == ("test", 2, 3)
    assert parked.last_error == "RuntimeError: not today"
    assert noted(separate_session) == ["a", "c"]
    assert (cursor().position, cursor().last_error) == (3, None)


def test_a_failing_event_is_found_in_a_batch_and_only_it_is_parked(follow, tell, separate_session):
    handler = Flaky("37")
    follow(handler, batch=64, give_up_after=timedelta())
    tell(*range(100))

    assert following.follow("test") == 99

    assert noted(separate_session) == [str(number) for number in range(100) if number != 37]
    assert separate_session.scalars(sa.select(ParkedEvent.position)).all() == [38]
    # Halving finds it in few calls.
    assert len(handler.calls) < 20


def test_while_a_store_is_down_nothing_is_parked(follow, tell, cursor, separate_session, let_pause_end):
    handler = Flaky("a", error=Unavailable("mongodb"))
    follow(handler, give_up_after=timedelta())
    tell("a", "b")
    for _ in range(5):
        following.follow("test")
        let_pause_end()

    assert (cursor().position, cursor().tries) == (0, 0)
    assert cursor().last_error.startswith("Unavailable")
    handler.fails_at.clear()
    assert following.follow("test") == 2
    assert separate_session.scalars(sa.select(ParkedEvent)).all() == []


def test_one_that_fails_delays_no_other(follow, tell):
    seen = []
    follow(Flaky("a"), name="failing")
    follow(seen.append, name="well")
    tell("a", "b")

    following.follow_all()

    assert keys(seen) == ["a", "b"]


def test_a_follower_runs_once_at_a_time(follow, tell):
    seen, meanwhile = [], []

    def handle(event):
        seen.append(event)
        meanwhile.append(following.follow("test"))

    follow(handle)
    tell("a")
    following.follow("test")

    assert (keys(seen), meanwhile) == (["a"], [0])


def test_many_workers_handle_each_event_once(app, follow, tell, separate_session):
    follow(note)
    tell(*range(30))

    def work(_):
        with app.app_context():
            return following.follow("test")

    with ThreadPoolExecutor(4) as pool:
        handled = sum(pool.map(work, range(12)))
    handled += following.follow("test")

    assert handled == 30
    assert sorted(map(int, noted(separate_session))) == list(range(30))


def test_deleted_events_are_counted_and_reported(follow, tell, cursor, caplog):
    seen = []
    follow(seen.append)
    tell("a", "b", "c", "d")
    db.session.execute(sa.delete(Event).where(Event.position < 3))
    db.session.commit()

    following.follow("test")

    assert keys(seen) == ["c", "d"]
    assert cursor().missed == 2
    assert "follower test missed 2 events" in caplog.text


def test_a_follower_of_a_newer_release_is_left_alone(app):
    assert following.follow("unheard-of") == 0


class Queue:
    def __init__(self):
        self.tasks = []

    def __call__(self, task, *arguments, queue=None):
        self.tasks.append((*arguments, queue))


@pytest.fixture
def queued(monkeypatch):
    """Return what is queued instead of what a worker would do."""
    queue = Queue()
    monkeypatch.setattr("learnstream.services.foundation.tasks.queue", queue)
    return queue.tasks


def test_publishing_wakes_the_followers_of_the_types(follow, tell, queued):
    follow(note, name="archives")
    follow(note, EventType.COURSE_PUBLISHED, name="versions")
    tell("a", "b")

    assert ("archives", "follower.archives") in queued
    assert not any("versions" in task for task in queued)


def test_the_schedule_wakes_those_that_are_behind_and_due(follow, tell, queued):
    for name in ("behind", "done", "paused"):
        follow(note, name=name)
    tell("a")
    following.follow("done")
    later = now() + timedelta(hours=1)
    db.session.execute(sa.update(Follower).where(Follower.name == "paused").values(next_try_at=later))
    db.session.commit()
    queued.clear()

    following.wake_due()

    assert queued == [("behind", "follower.behind")]
