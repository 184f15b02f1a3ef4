from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Enrollment
from learnstream.stores.sql import db
from tests.factories import archive

LATER = now() + timedelta(days=30)


@pytest.fixture
def extend(supervise):
    def extend(expires_at=LATER, **kwargs):
        body = {"expires_at": expires_at and expires_at.isoformat(), "reason": "Was ill."}
        return supervise("extend", body, **kwargs)

    return extend


@pytest.fixture
def ends(learner):
    """Let the learner's seat end at an instant."""

    def ends(at):
        seat = db.session.scalar(select(Enrollment))
        seat.expires_at = at
        db.session.commit()
        return seat

    return ends


def test_a_seat_ends_later(extend, ends, fresh):
    ends(now() + timedelta(days=1))

    answer = extend()

    assert (answer.status_code, answer.json["expires_at"]) == (200, LATER.isoformat())
    assert fresh.scalar(select(Enrollment.expires_at)) == LATER


def test_a_seat_may_never_end(extend, ends):
    ends(now() + timedelta(days=1))

    assert extend(None).json["expires_at"] is None


def test_it_is_accounted_for(extend, ends, owner, learner, course, fresh):
    before = ends(now() + timedelta(days=1)).expires_at
    extend()

    entry = fresh.scalar(select(AuditEntry).where(AuditEntry.action == "enrollment.extended"))
    assert (entry.actor_id, entry.target_kind) == (owner.id, "enrollment")
    assert entry.details == {
        "user_id": learner.id,
        "course_id": course.id,
        "before": before.isoformat(),
        "expires_at": LATER.isoformat(),
        "reason": "Was ill.",
    }


def test_an_ended_seat_goes_on_in_the_current_version(client, extend, ends, owner, course, learner):
    ends(now() - timedelta(days=1))
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert client.get(f"/lessons/{course.text.id}", auth=learner).json["code"] == "enrollment_expired"

    answer = extend()

    assert (answer.status_code, answer.json["course_version"]) == (200, 2)
    assert client.get(f"/lessons/{course.text.id}", auth=learner).json["version"] == 2


def test_a_live_seat_stays_in_its_version(client, extend, owner, course, learner):
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert extend().json["course_version"] == 1


def test_an_archived_course_lets_nobody_back_in(extend, ends, course):
    ends(now() + timedelta(days=1))
    archive(course)
    assert extend().status_code == 200

    ends(now() - timedelta(days=1))
    answer = extend()

    assert (answer.status_code, answer.json["code"]) == (409, "course_archived")


def test_it_is_news_to_the_doors_at_once(client, extend, ends, course, learner):
    client.get(f"/lessons/{course.text.id}", auth=learner)
    ends(now() + timedelta(days=1))

    extend(now() + timedelta(seconds=60))

    shown = client.get(f"/courses/{course.id}/access", auth=learner).json["expires_at"]
    assert datetime.fromisoformat(shown) < now() + timedelta(seconds=61)


def test_an_administrator_may(extend, admin):
    assert extend(auth=admin).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expires_at": "x"},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "9999-01-01T00:00:00Z"},
        {"expires_at": 7},
        {"expires_at": None, "days": 7},
    ],
)
def test_nonsense_is_named(supervise, body):
    answer = supervise("extend", body | {"reason": "x"})

    assert answer.status_code == 422
    assert set(answer.json["errors"]["json"]) <= {"expires_at", "days"}


def test_a_repeat_gets_the_first_answer(extend, fresh):
    first = extend(headers={"Idempotency-Key": "once"})
    again = extend(headers={"Idempotency-Key": "once"})

    assert again.json == first.json
    assert len(fresh.scalars(select(AuditEntry).where(AuditEntry.action == "enrollment.extended")).all()) == 1
