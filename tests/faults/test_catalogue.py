"""Finding courses and reading lessons, while a store is away."""

import pytest

from tests.factories import make_course


@pytest.fixture
def look(call):
    """Look at the catalogue, a course, its outline and its preview as a guest, and at its text as a learner."""

    def look(course, learner):
        public = ["/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons", f"/lessons/{course.preview.id}"]
        answers = [call("GET", path) for path in public] + [call("GET", f"/lessons/{course.text.id}", learner)]
        return [(answer.status_code, answer.content) for answer in answers]

    return look


def test_without_postgresql_everything_is_found(look, outage, learner, course):
    before = look(course, learner)
    outage("postgres")

    assert look(course, learner) == before
    assert {status for status, _ in before} == {200}


def test_without_postgresql_guests_find_what_nobody_has_seen(call, outage, course):
    outage("postgres")

    assert call("GET", f"/courses/{course.id}").status_code == 200
    assert call("GET", f"/lessons/{course.preview.id}").status_code == 200


def test_without_mongodb_what_was_seen_is_found(call, look, outage, recovers, learner, owner, course):
    before = look(course, learner)
    unseen = make_course(owner)
    outage("mongodb")

    # The catalogue has changed since, and goes on as it was.
    assert look(course, learner) == before
    assert call("GET", f"/courses/{unseen.id}").status_code == 503
    assert call("GET", f"/lessons/{unseen.preview.id}").status_code == 503
    recovers("mongodb", lambda: call("GET", f"/courses/{unseen.id}"), 200)


def test_without_redis_everything_is_found(look, outage, learner, course):
    before = look(course, learner)
    outage("redis")

    assert look(course, learner) == before


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_whoever_comes_next_does_not_wait_for_a_store_that_is_away(call, outage, stranger, course, store):
    outage(store)
    first, second = (call("POST", f"/courses/{course.id}/enroll", stranger) for _ in range(2))

    assert (first.status_code, second.status_code) == (503, 503)
    assert second.elapsed.total_seconds() < 1
