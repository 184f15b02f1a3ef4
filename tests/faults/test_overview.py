"""Reading back how far one has come, and what is open, while a store is away."""

import pytest

from tests.factories import complete, make_person, make_seat, order

OVERVIEWS = ("/courses/{course}/progress", "/users/me/progress", "/users/me/history")


@pytest.fixture
def read(call, course):
    def read(person):
        return [call("GET", path.format(course=course.id), person) for path in OVERVIEWS]

    return read


@pytest.fixture
def newcomer(course):
    """Enrolled, and never seen so far."""
    person = make_person(name="Nina")
    make_seat(person, course)
    return person


def statuses(answers):
    return [answer.status_code for answer in answers]


def test_without_postgresql_seats_and_sessions_seen_before_are_read(read, outage, recovers, course, learner, newcomer):
    complete(learner, course, course.text)
    before = read(learner)
    assert before[0].json()["completed_lessons"] == 1

    outage("postgres")
    complete(learner, course, course.preview)

    assert statuses(read(learner)) == [200] * 3
    assert read(learner)[0].json()["completed_lessons"] == 2
    assert statuses(read(newcomer)) == [503] * 3
    recovers("postgres", lambda: read(newcomer)[0], 200)


def test_without_mongodb_nobody_is_told_anything(read, outage, recovers, learner):
    read(learner)

    outage("mongodb")

    assert statuses(read(learner)) == [503] * 3
    recovers("mongodb", lambda: read(learner)[0], 200)


def test_without_redis_everything_is_read(read, outage, course, learner, newcomer):
    before = read(learner)

    outage("redis")

    assert [answer.json() for answer in read(learner)] == [answer.json() for answer in before]
    assert statuses(read(newcomer)) == [200] * 3


def test_what_has_opened_stays_open_without_mongodb(call, outage, owner, course, learner, newcomer):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})
    complete(learner, course, course.preview)
    path = f"/lessons/{course.text.id}"
    assert call("GET", path, learner).status_code == 200
    assert call("GET", path, newcomer).status_code == 403

    outage("mongodb")

    assert call("GET", path, learner).status_code == 200
    assert call("GET", path, newcomer).status_code == 503


def test_what_is_open_is_known_without_postgresql(call, outage, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})
    before = call("GET", f"/courses/{course.id}/access", learner)

    outage("postgres")

    assert call("GET", f"/courses/{course.id}/access", learner).json() == before.json()
