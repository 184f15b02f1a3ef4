"""Reports of more seconds than can have been watched."""

from datetime import UTC, datetime, timedelta

from learnstream.clock import now
from learnstream.services.learning import watched_days
from learnstream.services.learning.lesson_record import WORKING
from tests.blueprints.learning.progress.records import record

START = datetime(2001, 1, 1, tzinfo=UTC)


def stretches(number):
    return [{"from": 0, "to": 5, "at": (START + timedelta(days=500 * number + day)).isoformat()} for day in range(500)]


def test_forged_days_are_not_credited_repeatedly(put, learner, course, video):
    responses = [put(played=stretches(number), seq=number) for number in range(20)]

    kept = record(learner, course.video)
    assert {response.status_code for response in responses} == {200}
    assert watched_days.seconds(WORKING.complete(kept)) == {watched_days.name(now()): 5}
    assert kept["day_seconds"] == kept["credited"] == 5


def test_no_day_before_the_viewing_is_credited(put, viewing, learner, course):
    put(played=stretches(0), viewing_id=viewing(ago=1000))

    assert set(record(learner, course.video)["days"]) == {watched_days.name(now() - timedelta(seconds=1000))}
