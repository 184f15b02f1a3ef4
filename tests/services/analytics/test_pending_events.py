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
def told(fresh):
    """Return the recorded events of completed lessons."""

    def told():
        fresh.rollback()
        return fresh.scalars(select(Event).where(Event.type == "lesson.completed").order_by(Event.event_id)).all()

    return told


@pytest.fixture
def done(course, learner):
    open_text(learner, course, course.text)


def test_a_completed_lesson_is_told(done, course, learner, told):
    assert pending_events.move() == 1

    [event] = told()
    assert event.event_id == f"lesson.completed:{learner.id}:{course.text.id}"
    assert event.data["lesson_id"] == course.text.id
    assert event.occurred_at == Progress.collection().find_one({})["completed_at"]


def test_it_has_the_shape_that_is_documented(done):
    pending_events.move()
    events.publish()

    [event] = [each for each in events.browse(after=None, limit=9) if each.type == "lesson.completed"]
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}


def test_it_is_told_once(done, told):
    pending_events.move()

    assert pending_events.move() == 0
    assert len(told()) == 1


def test_a_mover_that_is_killed_tells_nothing_twice(done, told, monkeypatch):
    def kill(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pending_events, "_taken", kill)
        with pytest.raises(KeyboardInterrupt):
            pending_events.move()
    assert len(told()) == 1

    assert pending_events.move() == 0
    assert len(told()) == 1
    assert Progress.collection().find_one({})["pending_events"] == []


def test_what_comes_meanwhile_is_told_next(done, learner, told, monkeypatch):
    taken, late = pending_events._taken, {"id": "lesson.completed:late", "type": "lesson.completed", "data": {}}

    def take_late(record):
        at = record["pending_events"][0]["at"]
        Progress.collection().update_one({"_id": record["_id"]}, {"$push": {"pending_events": late | {"at": at}}})
        monkeypatch.setattr(pending_events, "_taken", taken)
        return taken(record)

    monkeypatch.setattr(pending_events, "_taken", take_late)

    assert pending_events.move() == 2
    assert len(told()) == 2


def test_many_movers_tell_nothing_twice(app, course, told):
    for _ in range(30):
        open_text(make_person(), course, course.text)

    def move(_):
        with app.app_context():
            return pending_events.move(batch=7)

    with ThreadPoolExecutor(4) as pool:
        moved = sum(pool.map(move, range(4)))

    assert moved == len(told()) == 30


def test_the_learners_record_stays_as_it_is(done):
    before = Progress.collection().find_one({})
    pending_events.move()

    assert Progress.collection().find_one({}) == before | {"pending_events": []}


def test_only_records_with_news_are_looked_at(done, plans):
    pending_events.move()
    with plans:
        pending_events.move()

    assert plans.scans == []
    assert plans.examined("progress") == 0
