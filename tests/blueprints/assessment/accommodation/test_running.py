"""Accommodations that change while an attempt is in progress."""

from datetime import datetime, timedelta

import pytest
from bson import ObjectId
from sqlalchemy import update

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.models import OutboxMessage
from learnstream.models.group import Group
from learnstream.services.enrollment import accommodated, group_courses, group_members
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.attempts import given, read, save, start

HALF_HOUR = 1800


@pytest.fixture
def lesson(make_quiz):
    return make_quiz(time_limit=HALF_HOUR)


@pytest.fixture
def attempt(client, learner, lesson):
    return start(client, learner, lesson)


@pytest.fixture
def limit(client, learner, attempt):
    """Return the learner's time limit in seconds, once the background work is done."""

    def limit():
        outbox.relay(topic=accommodated.TOPIC)
        found = read(client, learner, attempt)
        return (instant(found["deadline_at"]) - instant(attempt["started_at"])).total_seconds()

    return limit


def instant(text):
    return datetime.fromisoformat(text)


def grant(client, owner, lesson, **body):
    response = client.post(f"/lessons/{lesson.id}/accommodations", auth=owner, json={"reason": "Was ill.", **body})
    assert response.status_code == 201, response.json
    return response.json["id"]


def remove(client, owner, lesson, accommodation_id):
    path = f"/lessons/{lesson.id}/accommodations/{accommodation_id}"
    assert client.delete(path, auth=owner, query_string={"reason": "Is well."}).status_code == 204


def test_an_attempt_ends_later_and_sooner_with_the_accommodation(client, owner, learner, lesson, limit):
    granted = grant(client, owner, lesson, user_id=learner.id, extra_seconds=600)
    assert limit() == HALF_HOUR + 600

    remove(client, owner, lesson, granted)
    assert limit() == HALF_HOUR


def test_an_attempt_ends_later_with_the_time_factor(client, admin, learner, limit):
    path = f"/admin/users/{learner.id}/accommodations"
    client.put(path, auth=admin, json={"time_factor": 1.5})
    assert limit() == 1.5 * HALF_HOUR

    client.delete(path, auth=admin)
    assert limit() == HALF_HOUR


def test_an_attempt_ends_later_for_those_who_join_a_group_with_more_time(
    client, owner, admin, learner, course, lesson, limit
):
    group = Group(name="7b", code="7b", code_key="7b")
    db.session.add(group)
    db.session.flush()
    group_courses.give(group.id, course.id, by=admin.id)
    db.session.commit()
    grant(client, owner, lesson, group_id=group.id, extra_seconds=300)
    assert limit() == HALF_HOUR

    group_members.add(group.id, [learner.id], by=admin.id)
    db.session.commit()
    assert limit() == HALF_HOUR + 300

    group_members.remove(group.id, [learner.id], by=admin.id)
    db.session.commit()
    assert limit() == HALF_HOUR


def test_a_deadline_is_not_moved_into_the_past(client, owner, learner, lesson, attempt, limit, question, move_clock):
    granted = grant(client, owner, lesson, user_id=learner.id, extra_seconds=6000)
    limit()
    move_clock(hours=1)

    remove(client, owner, lesson, granted)

    assert 3600 <= limit() < 3700
    assert limit() == limit()
    # The usual grace for what is under way.
    save(client, learner, attempt, given(question, True))


def test_a_learner_continues_after_the_quiz_has_closed(client, owner, learner, make_quiz, question, move_clock):
    lesson = make_quiz(closes={"at": (now() + timedelta(hours=1)).isoformat()})
    attempt = start(client, learner, lesson)
    move_clock(hours=1, seconds=5)

    later = now() + timedelta(hours=2)
    grant(client, owner, lesson, user_id=learner.id, closes_at=later.isoformat())
    outbox.relay(topic=accommodated.TOPIC)
    move_clock(minutes=30)

    assert abs(instant(read(client, learner, attempt)["deadline_at"]) - later) < timedelta(milliseconds=1)
    save(client, learner, attempt, given(question, True))


def test_other_learners_and_quizzes_keep_their_time(client, owner, learner, course, make_quiz, lesson, limit):
    other = start(client, learner, make_quiz(time_limit=HALF_HOUR))
    grant(client, owner, lesson, user_id=learner.id, extra_seconds=600)

    assert limit() == HALF_HOUR + 600
    assert read(client, learner, other)["deadline_at"] == other["deadline_at"]


def test_an_attempt_that_starts_at_the_same_time_is_found_by_a_second_look(
    client, owner, learner, lesson, attempt, limit
):
    grant(client, owner, lesson, user_id=learner.id, extra_seconds=600)
    assert limit() == HALF_HOUR + 600
    # As if it had been started only now, by a request that had read the seat before.
    before = {"deadline_at": instant(attempt["deadline_at"])}
    Attempt.collection().update_one({"_id": ObjectId(attempt["id"])}, {"$set": before})
    assert limit() == HALF_HOUR

    db.session.execute(update(OutboxMessage).where(*outbox.PENDING).values(next_try_at=now()))
    db.session.commit()

    assert limit() == HALF_HOUR + 600
