"""Versions, while a store is away: authors are told at once, learners go on in the version they have."""

import pytest

from learnstream.services.authoring.publishing import Learners
from tests.factories import make_ready_video, show_video


@pytest.fixture
def kept(course, learner):
    """`course`, whose learner kept the version that shows the old video."""
    show_video(course, course.video, make_ready_video(playback_id="old"))
    show_video(course, course.video, make_ready_video(playback_id="new"), learners=Learners.KEEP)
    return course


CALLS = {
    "preview": ("GET", "/courses/{}/publish-preview", None),
    "diff": ("GET", "/courses/{}/versions/diff", None),
    "publish": ("POST", "/courses/{}/publish", {}),
    "restore": ("POST", "/courses/{}/versions/1/restore", None),
    "migrate": ("POST", "/courses/{}/learners/migrate", {}),
}


@pytest.fixture
def author(call, owner, kept):
    """Make a call of `CALLS` as the course's author."""

    def author(name):
        method, path, body = CALLS[name]
        return call(method, path.format(kept.id), owner, json=body)

    return author


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_without_its_store_nothing_is_compared_published_or_moved(author, outage, recovers, store):
    outage(store)

    assert {name: author(name).status_code for name in CALLS} == dict.fromkeys(CALLS, 503)
    recovers(store, lambda: author("migrate"), 200)


def test_without_redis_all_goes_on(author, outage):
    outage("redis")

    assert {name: author(name).status_code for name in CALLS} == dict.fromkeys(CALLS, 200) | {"publish": 201}


def test_without_postgresql_learners_go_on_in_the_version_they_kept(call, outage, learner, kept):
    play = "GET", f"/lessons/{kept.video.id}/playback", learner
    assert call(*play).json()["playback_id"] == "old"

    outage("postgres")

    assert call(*play).json()["playback_id"] == "old"
