from datetime import timedelta

import pytest

from learnstream.services.foundation.retries import MAX_ERROR, Retries, describe

HOUR = timedelta(hours=1)


def pauses(retries):
    found, tries = [], 1
    while (pause := retries.pause_after(tries)) is not None:
        found.append(pause)
        tries += 1
    return found


def test_by_default_work_is_tried_eight_times_in_eleven_minutes():
    assert [pause.total_seconds() for pause in pauses(Retries())] == [5, 10, 20, 40, 80, 160, 320]


@pytest.mark.parametrize(("hours", "tries"), [(24, 34), (72, 82)])
def test_long_work_is_tried_every_hour_in_the_end(hours, tries):
    found = pauses(Retries(give_up_after=hours * HOUR))

    assert hours * HOUR <= sum(found, timedelta()) < (hours + 1) * HOUR
    assert len(found) + 1 == tries
    assert found[-1] == HOUR


def test_work_may_be_tried_just_once():
    assert pauses(Retries(give_up_after=timedelta())) == []


@pytest.mark.parametrize(
    ("error", "stored"),
    [
        (RuntimeError("a\0b"), "RuntimeError: a?b"),
        (ValueError("half \ud83d"), "ValueError: half ?"),
        (LookupError("x" * 9999), "LookupError: " + "x" * (MAX_ERROR - 13)),
    ],
)
def test_an_error_is_stored_as_text_that_postgresql_accepts(error, stored):
    assert describe(error) == stored
