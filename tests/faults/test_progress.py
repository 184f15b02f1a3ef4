"""Reporting and reading progress, while a store is away."""

import pytest

from learnstream.clock import now
from learnstream.documents import Progress
from tests.factories import make_person, make_ready_video, make_seat, show_video


@pytest.fixture
def path(course):
    """The progress of a lesson that can be watched."""
    show_video(course, course.video, make_ready_video())
    return f"/lessons/{course.video.id}/progress"


@pytest.fixture
def report(call, path):
    """Report the same heartbeat, again and again."""
    moment = now().isoformat()
    played = [{"from": 0, "to": 4, "at": moment}]

    def report(person):
        return call("PUT", path, person, json={"seq": 1, "client_time": moment, "position": 4, "played": played})

    return report


def test_without_mongodb_it_is_refused_at_once_and_repeated_safely(
    report, call, path, outage, recovers, learner, course
):
    report(learner)

    outage("mongodb")

    assert report(learner).status_code == 503
    assert call("GET", path, learner).status_code == 503
    recovers("mongodb", lambda: report(learner), 200)
    kept = Progress.collection().find_one({"_id": f"{learner.id}:{course.video.id}"})
    assert (kept["credited"], kept["revision"]) == (4, 1)


def test_without_redis_everybody_goes_on(report, call, path, outage, learner, stranger):
    outage("redis")

    assert report(learner).json()["watched_seconds"] == 4
    assert call("GET", path, learner).json()["watched_seconds"] == 4
    assert report(stranger).status_code == 403


def test_without_postgresql_seats_seen_before_go_on(report, call, path, outage, recovers, learner, course):
    newcomer = make_person(name="Nina")
    make_seat(newcomer, course)
    assert call("GET", path, learner).status_code == 200

    outage("postgres")

    assert report(learner).json()["watched_seconds"] == 4
    assert call("GET", path, learner).json()["watched_seconds"] == 4
    assert report(newcomer).status_code == 503
    recovers("postgres", lambda: report(newcomer), 200)
