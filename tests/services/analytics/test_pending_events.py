from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.documents import Progress
from learnstream.models import Event
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events
from tests.factories import make_person
from tests.learning import open_text


@pytest.fixture
def completion_events(separate_session):
    """Return the recorded events of completed lessons."""

    def completion_events():
        separate_session.rollback()
        return separate_session.scalars(
            select(Event).where(Event.type == "lesson.completed").order_by(Event.event_id)
        ).all()

    return completion_events


@pytest.fixture
def complete_lesson(course, learner):
    open_text(learner, course, course.text)


def test_a_completed_lesson_is_recorded_as_an_event(complete_lesson, course, learner, completion_events):
    assert pending_events.move() == 1

    [event] = completion_events()
    assert event.event_id == f"lesson.completed:{learner.id}:{course.text.id}"
    assert event.data["lesson_id"] == course.text.id
    assert event.occurred_at == Progress.collection().find_one({})["completed_at"]


def test_the_event_has_its_documented_shape(complete_lesson):
    pending_events.move()
    events.publish()

    [event] = [each for each in events.browse(after=None, limit=9) if each.type == "lesson.completed"]
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}


def test_the_event_is_recorded_once(complete_lesson, completion_events):
    pending_events.move()

    assert pending_events.move() == 0
    assert len(completion_events()) == 1


def test_a_killed_worker_records_no_event_twice(complete_lesson, completion_events, monkeypatch):
    def kill(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pending_events, "_removal", kill)
        with pytest.raises(KeyboardInterrupt):
            pending_events.move()
    assert len(completion_events()) == 1

    assert pending_events.move() == 0
    assert len(completion_events()) == 1
    assert Progress.collection().find_one({})["pending_events"] == []


def test_concurrent_events_are_recorded_by_the_next_run(complete_lesson, learner, completion_events, monkeypatch):
    removal, late = pending_events._removal, {"id": "lesson.completed:late", "type": "lesson.completed", "data": {}}

    def remove_late(record):
        at = record["pending_events"][0]["at"]
        Progress.collection().update_one({"_id": record["_id"]}, {"$push": {"pending_events": late | {"at": at}}})
        monkeypatch.setattr(pending_events, "_removal", removal)
        return removal(record)

    monkeypatch.setattr(pending_events, "_removal", remove_late)

    assert pending_events.move() == 2
    assert len(completion_events()) == 2


def test_concurrent_workers_record_no_event_twice(app, course, completion_events):
    for _ in range(30):
        open_text(make_person(), course, course.text)

    def move(_):
        with app.app_context():
            return pending_events.move(batch=7)

    with ThreadPoolExecutor(4) as pool:
        moved = sum(pool.map(move, range(4)))

    assert moved == len(completion_events()) == 30


def test_the_learners_record_stays_as_it_is(complete_lesson):
    before = Progress.collection().find_one({})
    pending_events.move()

    assert Progress.collection().find_one({}) == before | {"pending_events": []}


def test_only_records_with_pending_events_are_read(complete_lesson, plans):
    pending_events.move()
    with plans:
        pending_events.move()

    assert plans.scans == []
    assert plans.examined("progress") == 0
