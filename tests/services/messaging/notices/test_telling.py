"""Telling people of an event."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.models.notification_choice import NotificationChoice
from learnstream.services.messaging.notices import telling, unread
from learnstream.services.messaging.notices.telling import tell
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.notices import notices, tell_of, told

KIND = NoticeKind.SEAT_ENDING


@pytest.fixture
def people(app):
    return [make_person() for _ in range(3)]


def choose(person, **choice):
    db.session.add(NotificationChoice(user_id=person.id, kind=KIND.value, **choice))
    db.session.commit()


def test_each_is_told_once_however_often_the_event_is_handled(people):
    event = tell_of(*people)

    tell(event, [each.id for each in people])

    assert told() == [(each.id, "seat_ending", 1) for each in people]


def test_a_telling_that_was_interrupted_is_completed(people, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    event = tell_of(people[1])

    tell(event, [each.id for each in people])

    assert sorted(told()) == [(each.id, "seat_ending", 1) for each in people]


def test_nobody_is_told_of_their_own_act(people):
    tell_of(*people, actor=people[0].id)

    assert [each["user_id"] for each in notices()] == [people[1].id, people[2].id]


def test_who_has_two_roles_is_told_once(people):
    tell_of(people[0], people[0])

    assert told() == [(people[0].id, "seat_ending", 1)]


def test_disabled_accounts_are_told_nothing(people):
    db.session.get(User, people[0].id).is_active = False
    db.session.commit()

    tell_of(people[0])

    assert notices() == []


def test_one_event_may_tell_of_several_kinds(people):
    event = tell_of(people[0])
    tell_of(people[0], kind=NoticeKind.REVIEW_HIDDEN, event_id=event.event_id, facts={"title": "A", "reason": "b"})

    assert [kind for _, kind, _ in told()] == ["seat_ending", "review_hidden"]


def test_a_notice_for_the_mail_alone_is_not_shown_in_the_application(people):
    choose(people[0], in_app=False, mail="daily")
    choose(people[1], in_app=False, mail="never")

    tell_of(*people)

    assert [(each["user_id"], each["in_app"], each["mail"]) for each in notices()] == [
        (people[0].id, False, "daily"),
        (people[2].id, True, "at_once"),
    ]
    assert unread.count(people[0].id) == 0


def test_times_are_in_the_time_zone_of_the_account(people):
    db.session.get(User, people[0].id).timezone = "America/Sao_Paulo"
    db.session.commit()
    ends_at = now().replace(year=2026, month=12, day=1, hour=12, minute=0, second=0, microsecond=0)

    tell_of(people[0], facts={"course": "Astronomy", "ends_at": ends_at})

    assert notices()[0]["facts"]["ends_at"] == "2026-12-01T09:00:00-03:00"


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_latest_count_is_cached_for_no_longer_than_it_is_right(people, kind):
    [person, *_] = people
    assert unread.content(person.id).body == b'{"unread":0}'

    tell_of(person, kind=kind)

    assert unread.content(person.id).body == b'{"unread":1}'


def test_notices_are_deleted_after_180_days(people):
    indexes = Notification.collection().index_information().values()

    [kept] = [each["expireAfterSeconds"] for each in indexes if "expireAfterSeconds" in each]
    assert timedelta(seconds=kept) == timedelta(days=180)
