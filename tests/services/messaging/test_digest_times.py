"""The times of digests: in every time zone, and wherever clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learnstream.clock import time_zone, time_zones
from learnstream.services.messaging import digest_times
from learnstream.services.messaging.digest_times import local_date

DAYS = 4
ZONES = st.sampled_from(sorted(time_zones())).map(time_zone)
FIRST, LAST = map(datetime.fromisoformat, ("1970-01-03", "2037-12-20"))
BEGINNINGS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


class Changed(tzinfo):
    """A zone whose clocks change on 10 May 2027, so many minutes forward or back, when they show half past seven or half past eight."""

    def __init__(self, minutes):
        self.minutes = timedelta(minutes=minutes)
        self.at = datetime.fromisoformat("2027-05-10T07:30" if minutes > 0 else "2027-05-10T08:30")

    def utcoffset(self, moment):
        local = moment.replace(tzinfo=None, fold=0)
        first, last = sorted((self.at, self.at + self.minutes))
        # In between, the time is missing or repeated, and `fold` says that the clocks have been changed (PEP 495).
        changed = local >= last or (local >= first and moment.fold)
        return self.minutes if changed else timedelta(0)

    def dst(self, moment):
        return timedelta(0)

    def fromutc(self, moment):
        changed = moment.replace(tzinfo=None) >= self.at
        local = moment + (self.minutes if changed else timedelta(0))
        return local.replace(fold=int(changed and self.minutes < timedelta(0) and local.replace(tzinfo=None) < self.at))


def zone(name):
    return time_zone(name)


def work(zone, start, minutes, days=DAYS):
    """Return when digests are sent by a worker that looks every so many minutes, with news all the time."""
    sent, sent_on, moment = [], None, start
    due = digest_times.next_after(moment, zone)
    while moment < start + timedelta(days=days):
        moment += timedelta(minutes=minutes)
        if moment < due:
            continue
        assert digest_times.is_due(moment, zone, sent_on)
        sent.append(moment)
        sent_on = local_date(moment, zone)
        due = digest_times.next_after(moment, zone)
    return sent


@given(ZONES, BEGINNINGS, st.integers(1, 55))
@example(zone("Europe/Berlin"), datetime(2027, 3, 27, tzinfo=UTC), 7)
@example(zone("Europe/Berlin"), datetime(2027, 10, 30, tzinfo=UTC), 7)
@example(zone("America/Sao_Paulo"), datetime(2017, 10, 14, tzinfo=UTC), 11)  # no midnight
@example(zone("America/Sao_Paulo"), datetime(2018, 2, 17, tzinfo=UTC), 11)  # two midnights
@example(zone("Australia/Lord_Howe"), datetime(2027, 4, 3, tzinfo=UTC), 5)  # by half an hour
@example(zone("Antarctica/Troll"), datetime(2027, 3, 27, tzinfo=UTC), 5)  # by two hours
@example(zone("Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC), 10)  # without 30 December
@example(zone("Pacific/Kwajalein"), datetime(1993, 8, 19, tzinfo=UTC), 10)  # without 21 August
@example(Changed(60), datetime(2027, 5, 8, tzinfo=UTC), 10)  # without eight o'clock
@example(Changed(-60), datetime(2027, 5, 8, tzinfo=UTC), 10)  # with two of them
def test_every_date_has_one_digest_after_eight(zone, start, minutes):
    sent = work(zone, start, minutes)

    dates = [local_date(moment, zone) for moment in sent]
    assert len(set(dates)) == len(dates)
    for moment in sent:
        assert moment.astimezone(zone).time() >= time(8)
    for before, after in pairwise(sent):
        # Neither skipped nor doubled, but for a date that the zone itself skips, or a change of clocks.
        assert timedelta(hours=20) <= after - before <= timedelta(hours=28)


@pytest.mark.parametrize(
    ("name", "after", "due"),
    [
        ("UTC", "2027-03-28T07:59:59", "2027-03-28T08:00:00"),
        ("UTC", "2027-03-28T08:00:00", "2027-03-29T08:00:00"),
        ("Europe/Berlin", "2027-03-27T12:00:00", "2027-03-28T06:00:00"),  # summer time has begun
        ("Europe/Berlin", "2027-10-30T12:00:00", "2027-10-31T07:00:00"),
        ("America/New_York", "2027-03-13T14:00:00", "2027-03-14T12:00:00"),
        ("Pacific/Auckland", "2027-06-01T00:00:00", "2027-06-01T20:00:00"),
        ("Asia/Kathmandu", "2027-06-01T00:00:00", "2027-06-01T02:15:00"),
        # 30 December is skipped: eight o'clock of the 31st is 24 hours after that of the 29th.
        ("Pacific/Apia", "2011-12-29T18:00:00", "2011-12-30T18:00:00"),
    ],
)
def test_the_next_one_is_due_at_eight(name, after, due):
    found = digest_times.next_after(datetime.fromisoformat(after).replace(tzinfo=UTC), zone(name))

    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "shown"), [(60, time(9)), (-60, time(8))])
def test_where_clocks_change_at_eight_they_show_another_hour_at_most(minutes, shown):
    found = digest_times.next_after(datetime(2027, 5, 10, tzinfo=UTC), Changed(minutes))

    assert found == datetime(2027, 5, 10, 8, tzinfo=UTC)
    assert found.astimezone(Changed(minutes)).time() == shown


@given(ZONES, ZONES, BEGINNINGS, st.integers(1, 55))
@example(zone("Pacific/Auckland"), zone("Pacific/Honolulu"), datetime(2027, 5, 10, 21, tzinfo=UTC), 10)
@example(zone("Pacific/Honolulu"), zone("Pacific/Auckland"), datetime(2027, 5, 10, 19, tzinfo=UTC), 10)
def test_whoever_moves_has_no_second_digest_on_a_date(old, new, start, minutes):
    last = work(old, start, minutes, days=2)[-1]
    sent_on = local_date(last, old)

    due = digest_times.next_after(last, new, sent_on)

    assert local_date(due, new) > sent_on
    assert due - last < timedelta(days=4)
    assert not digest_times.is_due(last + timedelta(minutes=1), new, local_date(last, new))


def test_a_digest_that_is_late_is_due_until_midnight():
    berlin, day = zone("Europe/Berlin"), date(2027, 5, 10)
    due = [digest_times.is_due(datetime(2027, 5, 10, hour, tzinfo=berlin), berlin, None) for hour in (7, 8, 23)]

    assert due == [False, True, True]
    assert not digest_times.is_due(datetime(2027, 5, 11, 0, 1, tzinfo=berlin), berlin, day - timedelta(days=1))
