"""Events of grades that staff have given or changed: recorded once, for those learners who see them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.models import Event
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import cursors, events, following, outbox
from learnstream.services.foundation.followers import registered
from learnstream.services.grades import grade_events, moving, overrides, seen_results
from learnstream.services.homework import extensions
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_question, make_quiz_lesson, put_quiz, section
from tests.factories import publish as publish_course
from tests.grades import give
from tests.homework import grade as store_grade
from tests.homework import hand_in, make_assignment_lesson

TYPES = ("attempt.marked", "grade.changed")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def essay(course):
    return make_question(course, "essay")


@pytest.fixture
def written(client, course, learner, essay):
    """Return a function that has the learner write an essay in a quiz with these settings; it returns lesson and attempt."""

    def write(**settings):
        lesson = make_quiz_lesson(course, [essay], **settings)
        attempt = start(client, learner, lesson)
        save(client, learner, attempt, given(essay, "The moon shines."))
        return lesson, submit(client, learner, attempt)

    return write


@pytest.fixture
def mark(client, owner, essay):
    def mark(attempt, points=1):
        path = f"/attempts/{attempt['id']}/answers/{essay}"
        response = client.patch(path, json={"points": points}, auth=owner)
        assert response.status_code == 200, response.json
        follow()

    return mark


def follow():
    pending_events.move()
    events.publish()
    following.follow("seen-results")
    while outbox.relay(topic=grade_events.TOPIC):
        pass
    events.publish()


def told():
    db.session.rollback()
    events.publish()
    found = db.session.scalars(select(Event).where(Event.type.in_(TYPES)).order_by(Event.id)).all()
    for each in found:
        shape = SHAPES[each.type]()
        assert shape.validate(shape.dump(each)) == {}
    return [(each.type, each.data.get("cause"), each.data["user_id"]) for each in found]


def test_a_marked_result_that_is_shown_at_once_is_told(learner, written, mark):
    _, attempt = written(review={"score": "at_once", "answers": "never", "feedback": "never"})

    mark(attempt)
    follow()

    assert told() == [("attempt.marked", None, learner.id)]


def test_a_result_that_is_never_shown_is_not_told(written, mark, move_clock):
    _, attempt = written(review={"score": "never", "answers": "never", "feedback": "never"})

    mark(attempt)
    for _ in range(3):
        move_clock(hours=2)
        seen_results.tell_shown()
    assert told() == []
    assert Attempt.collection().count_documents({"held_until": {"$gt": now()}}) == 1

    move_clock(days=181)
    seen_results.tell_shown()
    assert Attempt.collection().count_documents({"held_until": {"$exists": True}}) == 0


def test_a_result_that_is_held_until_the_quiz_closes_is_told_then(learner, written, mark, move_clock, plans):
    closes = {"at": (now() + HOUR / 2).isoformat()}
    _, attempt = written(closes=closes, review={"score": "after_close", "answers": "never", "feedback": "never"})
    mark(attempt)
    assert seen_results.tell_shown() == 0
    assert told() == []

    move_clock(minutes=31)
    with plans:
        assert [seen_results.tell_shown(), seen_results.tell_shown()] == [1, 0]

    assert told() == [("attempt.marked", None, learner.id)]
    assert plans.scans == []


def test_a_result_that_a_new_version_lets_out_is_told(course, learner, written, mark, essay, move_clock):
    lesson, attempt = written(review={"score": "never", "answers": "never", "feedback": "never"})
    mark(attempt)
    put_quiz(lesson, [section(essay)], review={"score": "at_once", "answers": "never", "feedback": "never"})
    publish_course(course)

    move_clock(hours=1, seconds=1)

    assert seen_results.tell_shown() == 1
    assert told() == [("attempt.marked", None, learner.id)]


def test_a_worker_that_dies_tells_once(learner, written, mark, move_clock, monkeypatch):
    closes = {"at": (now() + HOUR / 2).isoformat()}
    _, attempt = written(closes=closes, review={"score": "after_close", "answers": "never", "feedback": "never"})
    mark(attempt)
    move_clock(minutes=31)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(seen_results, "_set", die)
        with pytest.raises(KeyboardInterrupt):
            seen_results.tell_shown()
    seen_results.tell_shown()

    assert told() == [("attempt.marked", None, learner.id)]


@pytest.mark.parametrize(("score", "expected"), [("at_once", ["voided"]), ("never", [])])
def test_an_attempt_that_does_not_count_any_more(client, owner, learner, written, mark, score, expected):
    _, attempt = written(review={"score": score, "answers": "never", "feedback": "never"})
    mark(attempt)

    client.post(f"/attempts/{attempt['id']}/void", json={"reason": "Copied."}, auth=owner)
    follow()

    assert [cause for kind, cause, _ in told() if kind == "grade.changed"] == expected


@pytest.mark.parametrize(("score", "expected"), [("at_once", ["overridden"]), ("never", [])])
def test_an_override_in_a_quiz_is_told_if_the_score_is_shown(course, owner, learner, written, score, expected):
    lesson, _ = written(review={"score": score, "answers": "never", "feedback": "never"})

    set_override(course, lesson, learner, by=owner.id, points=1)
    follow()

    assert [cause for _, cause, _ in told()] == expected


def set_override(course, lesson, learner, **override):
    target = {"course_id": course.id, "user_id": learner.id, "lesson_id": lesson.id}
    overrides.apply(**target, override=overrides.Override(reason="Was ill.", **override))
    db.session.commit()


def test_overrides_in_homework_are_told_each_once(course, owner, learner):
    lesson = make_assignment_lesson(course)
    give(learner, course, lesson, 5)

    for override in ({"points": 7}, {"points": 7}, {"excused": True}, {}, {}):
        set_override(course, lesson, learner, by=owner.id, **override)
    follow()

    assert [cause for _, cause, _ in told()] == ["overridden", "excused", "cleared"]
    assert db.session.scalars(select(Event).where(Event.type == "grade.changed")).first().data["by"] == owner.id


def test_an_override_that_is_held_back_is_told_with_its_release(course, owner, learner):
    lesson = make_assignment_lesson(course, release="held")

    set_override(course, lesson, learner, by=owner.id, points=7)
    follow()
    assert told() == []

    overrides.release(lesson.id)
    db.session.commit()
    follow()
    assert told() == [("grade.changed", "overridden", learner.id)]


def test_lateness_that_is_computed_anew_is_told(client, course, owner, learner):
    late = {"percent": 10, "per": "day", "floor_percent": 50}
    lesson = make_assignment_lesson(course, due={"at": (now() - 30 * HOUR).isoformat()}, late=late)
    store_grade(hand_in(client, learner, lesson), 8)
    moving.update(moving.SOURCES[1], {(learner.id, lesson.id): course.id})
    db.session.commit()
    assert told() == []

    extensions.grant(
        lesson.id, by=owner.id, user_id=learner.id, due_at=now() + HOUR, accepted_until=None, reason="Ill."
    )
    db.session.commit()
    while outbox.relay():
        pass
    moving.move()

    assert told() == [("grade.changed", "lateness", learner.id)]
