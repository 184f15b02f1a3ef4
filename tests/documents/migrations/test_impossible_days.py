"""Days that a record cannot have, from before they were refused."""

import pytest

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.services.learning import watched_days
from learnstream.services.learning.lesson_record import WORKING
from tests.documents.migrations.runner import run_migration
from tests.learning import watch

FORGED = "2001-01-01"
NAME = "m0002_impossible_days"


@pytest.fixture
def forged(course, learner):
    """A record with a forged day, and the name of its true day."""
    watch(learner, course, course.video, "b" * 24, (0, 10))
    key = {"_id": f"{learner.id}:{course.video.id}"}
    Progress.collection().update_one(
        key, {"$set": {f"days.{FORGED}": {"b" * 24: {"0": 1}}}, "$unset": {"day_seconds": 1}}
    )
    return lambda: Progress.collection().find_one(key)


def test_a_day_before_the_lesson_began_is_removed_and_recounted(forged):
    before = forged()

    assert (run_migration(NAME), run_migration(NAME)) == (1, 0)

    after = forged()
    assert watched_days.seconds(WORKING.complete(after)) == {watched_days.name(now()): 10}
    assert (after["revision"], after["credited"]) == (before["revision"] + 1, 10)
    assert after["updated_at"] > before["updated_at"]


def test_a_record_without_playback_keeps_the_day_of_the_last_report(forged):
    Progress.collection().update_many({}, {"$unset": {"began_at": ""}})

    run_migration(NAME)

    assert set(forged()["days"]) == {watched_days.name(now())}


@pytest.mark.parametrize("days", [None, {}])
def test_a_record_without_impossible_days_is_unchanged(forged, days):
    run_migration(NAME)
    Progress.collection().update_many({}, {"$set": {"days": days}} if days is not None else {"$unset": {"days": ""}})
    before = forged()

    assert run_migration(NAME) == 0
    assert forged() == before
