from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.clock import now
from learnstream.errors.foundation import EVENTS_KEPT, EventsGone
from learnstream.models import Event, EventType, Follower
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.foundation import cursors, events, followers, parked_events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

COURSE = "a" * 24


def record(*keys):
    for key in keys:
        events.record(EventType.COURSE_ARCHIVED, key, course_id=COURSE)
    db.session.commit()


def feed(after=None, limit=100):
    return [(event.position, event.event_id.partition(":")[2]) for event in events.browse(after=after, limit=limit)]


def row(key):
    return {"event_id": key, "type": "course.archived", "data": {}, "occurred_at": now(), "recorded_at": now()}


def test_published_events_are_read_in_order_and_in_pages(app):
    record("a", "b", "c")

    assert events.publish() == 3
    assert feed(limit=2) == [(1, "a"), (2, "b")]
    assert feed(after=2) == [(3, "c")]
    assert feed(after=3) == []


def test_nothing_is_read_before_it_is_published(app):
    record("a")

    assert feed() == []


def test_an_event_is_recorded_once_for_its_id(app):
    new_events = [NewEvent("x:1", "course.archived", {}), NewEvent("x:2", "course.archived", {})]

    assert events.record_all(new_events[:1]) == 1
    assert events.record_all(new_events) == 1
    assert events.record_all([]) == 0


def test_a_rolled_back_event_is_not_published(app):
    events.record(EventType.COURSE_ARCHIVED, "a", course_id=COURSE)
    db.session.rollback()

    assert events.publish() == 0


def test_a_slow_commit_is_never_skipped(app):
    with db.engine.connect() as slow, db.engine.connect() as quick:
        slow.execute(sa.insert(Event).values(row("x:slow")))
        quick.execute(sa.insert(Event).values(row("x:quick")))
        quick.commit()
        events.publish()
        first = feed()
        slow.commit()
    events.publish()

    assert first == [(1, "quick")]
    assert feed(after=1) == [(2, "slow")]


def test_positions_have_no_gaps_with_concurrent_publishers(app):
    for number in range(60):
        record(str(number))

    def publish(_):
        with app.app_context():
            return events.publish(batch=5)

    with ThreadPoolExecutor(4) as pool:
        published = sum(pool.map(publish, range(12)))

    assert published == 60
    assert [position for position, _ in feed()] == list(range(1, 61))


def test_a_reader_who_follows_sees_each_event_once_in_order(app):
    seen, writers = [], 6

    def write(number):
        with app.app_context():
            for turn in range(10):
                events.record(EventType.COURSE_ARCHIVED, f"{number}.{turn}", course_id=COURSE)
                db.session.execute(sa.text("SELECT pg_sleep(:time)"), {"time": (number + turn) % 3 / 200})
                db.session.commit()
                events.publish()

    with ThreadPoolExecutor(writers) as pool:
        done = [pool.submit(write, number) for number in range(writers)]
        while not all(future.done() for future in done):
            seen += feed(after=seen[-1][0] if seen else 0)
            db.session.rollback()
        [future.result() for future in done]
    events.publish()
    seen += feed(after=seen[-1][0] if seen else 0)

    assert [position for position, _ in seen] == list(range(1, 61))
    assert len({key for _, key in seen}) == 60


def test_old_events_are_deleted_but_their_positions_are_not_reused(app):
    record("a", "b", "c")
    events.publish()
    db.session.execute(sa.update(Event).values(published_at=now() - events.EVENTS_KEPT - timedelta(seconds=1)))
    for _ in range(2):
        events.delete_old(batch=1)
        db.session.commit()
    record("d")
    events.publish()

    assert feed() == [(3, "c"), (4, "d")]


def test_recent_and_unpublished_events_are_kept(app):
    record("a")
    events.publish()
    record("b", "c")
    events.delete_old()
    events.publish()

    assert len(feed()) == 3


@pytest.fixture
def old_events(app):
    """Publish the events `a` to `e`, past their retention."""

    def old_events(age=EVENTS_KEPT + timedelta(days=1)):
        record(*"abcde")
        events.publish()
        db.session.execute(sa.update(Event).values(published_at=now() - age))
        db.session.commit()

    return old_events


def remaining():
    events.delete_old()
    db.session.commit()
    return [key for _, key in feed()]


def test_events_that_a_follower_has_not_handled_are_kept(old_events):
    cursors.register([*followers.registered.values()])
    old_events()
    db.session.execute(sa.update(Follower).values(position=2))

    assert remaining() == ["c", "d", "e"]


def test_parked_events_and_those_after_them_are_kept(old_events):
    cursors.register([*followers.registered.values()])
    old_events()
    db.session.execute(sa.update(Follower).values(position=4))
    parked_events.park("released-videos", 2, 8, "RuntimeError")

    assert remaining() == ["b", "c", "d", "e"]


def test_a_follower_that_this_release_does_not_have_keeps_nothing(old_events):
    db.session.add(Follower(name="bygone", position=0))
    old_events()

    assert remaining() == ["e"]


def test_no_follower_keeps_events_forever(old_events):
    cursors.register([*followers.registered.values()])
    old_events(events.KEPT_FOR_FOLLOWERS + timedelta(days=1))

    assert remaining() == ["e"]


def test_an_event_that_is_recorded_while_another_publisher_commits_is_published(app, monkeypatch):
    record("a")
    publish = events._publish_batch

    def late(limit):
        types = publish(limit)
        if types and "late" not in recorded:
            recorded.append("late")
            record("late")
        return types

    recorded = []
    monkeypatch.setattr(events, "_publish_batch", late)

    assert events.publish() == 2


def test_reading_from_a_deleted_position_raises_an_error(app):
    record("a", "b", "c", "d")
    events.publish()
    db.session.execute(sa.delete(Event).where(Event.position < 3))

    with pytest.raises(EventsGone):
        feed(after=1)
    assert feed(after=2) == feed() == [(3, "c"), (4, "d")]


def test_every_kind_of_event_is_described():
    assert SHAPES.keys() == set(EventType)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM events WHERE position > 5 ORDER BY position LIMIT 10", "uq_events_position"),
        ("SELECT max(position) FROM events", "uq_events_position"),
        ("SELECT id FROM events WHERE position IS NULL ORDER BY id LIMIT 10", "ix_events_unpublished"),
    ],
)
def test_reading_and_publishing_use_an_index(app, query, index):
    # Enough published events that the planner need not guess, in a transaction that is rolled back.
    db.session.execute(
        sa.text(
            "INSERT INTO events (event_id, type, data, occurred_at, recorded_at, published_at, position)"
            " SELECT 'e' || n, 'course.published', '{}', now(), now(), now(), n FROM generate_series(1, 2000) AS n"
        )
    )
    db.session.execute(sa.text("ANALYZE events"))

    plan = str(db.session.execute(sa.text(f"EXPLAIN {query}")).all())

    assert index in plan
    assert "Sort" not in plan
