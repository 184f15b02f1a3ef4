"""Days that a record cannot have, from before they were refused."""

import pytest

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.services.learning import watched_days
from learnstream.services.learning.lesson_record import WORKING
from tests.documents.migrations.rerun import rerun
from tests.learning import watch

FORGED = "2001-01-01"
NAME = "m0002_impossible_days"


@pytest.fixture
def forged(course, learner):
    """A record of which somebody has forged a day, and the name of the day that is true."""
    watch(learner, course, course.video, "b" * 24, (0, 10))
    key = {"_id": f"{learner.id}:{course.video.id}"}
    Progress.collection().update_one(
        key, {"$set": {f"days.{FORGED}": {"b" * 24: {"0": 1}}}, "$unset": {"day_seconds": 1}}
    )
    return lambda: Progress.collection().find_one(key)


def test_a_day_before_the_lesson_was_begun_is_taken_out_and_counted_anew(forged):
    before = forged()

    assert (rerun(NAME), rerun(NAME)) == (1, 0)

    after = forged()
    assert watched_days.seconds(WORKING.complete(after)) == {watched_days.name(now()): 10}
    assert (after["revision"], after["credited"]) == (before["revision"] + 1, 10)
    assert after["updated_at"] > before["updated_at"]


def test_who_never_asked_for_playback_keeps_the_day_of_the_last_report(forged):
    Progress.collection().update_many({}, {"$unset": {"began_at": ""}})

    rerun(NAME)

    assert set(forged()["days"]) == {watched_days.name(now())}


@pytest.mark.parametrize("days", [None, {}])
def test_a_record_without_such_days_is_left_alone(forged, days):
    rerun(NAME)
    Progress.collection().update_many({}, {"$set": {"days": days}} if days is not None else {"$unset": {"days": ""}})
    before = forged()

    assert rerun(NAME) == 0
    assert forged() == before
