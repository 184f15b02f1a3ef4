"""Events that share a notice, and notices that share a mail."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import NotificationChoice
from learnstream.services.messaging.notices import bundling
from learnstream.services.messaging.notices.news import target
from learnstream.services.messaging.notices.telling import tell
from learnstream.stores.sql import db
from tests.notices import news, notices, tell_of, told

HOUR = timedelta(hours=1)


@pytest.fixture
def submit(owner):
    """Return a function that tells the owner of a submission."""

    def submit(course="one", **fields):
        return tell_of(owner, kind=NoticeKind.WORK_SUBMITTED, facts={"course": course}, bundle=course, **fields)

    return submit


def set_back(**fields):
    """Let time pass: set all notices' fields back."""
    for each in notices():
        changed = {name: each[name] - by for name, by in fields.items() if each[name]}
        Notification.collection().update_one({"_id": each["_id"]}, {"$set": changed})


def test_the_submissions_of_an_hour_are_one_notice(owner, submit):
    for _ in range(30):
        submit()

    assert told() == [(owner.id, "work_submitted", 30)]


def test_each_counts_once_however_often_it_is_handled(owner, submit):
    events = [submit() for _ in range(3)]

    for each in events:
        tell(each, [owner.id])

    assert told() == [(owner.id, "work_submitted", 3)]


def test_an_event_of_a_closed_notice_is_not_counted_in_the_next_one(owner, submit):
    first = submit()
    set_back(open_until=HOUR)
    submit()

    tell(first, [owner.id])

    assert [each["count"] for each in notices()] == [1, 1]


def test_the_next_hour_has_a_notice_of_its_own(submit):
    submit()
    set_back(open_until=HOUR)

    submit()

    assert [each["count"] for each in notices()] == [1, 1]


def test_what_was_read_is_not_unread_again(submit):
    submit()
    Notification.collection().update_many({}, {"$set": {"read_at": now()}})

    submit()

    assert [(each["count"], bool(each["read_at"])) for each in notices()] == [(1, True), (1, False)]


def test_what_was_mailed_is_not_joined(submit):
    submit()
    Notification.collection().update_many({}, {"$set": {"mail": "sent"}})

    submit()

    assert [each["count"] for each in notices()] == [1, 1]


@pytest.mark.parametrize("before", [{"in_app": False}, {"mail": MailMode.NEVER}, {"mail": MailMode.DAILY}])
def test_what_was_told_before_another_choice_is_not_joined(owner, submit, before):
    db.session.add(NotificationChoice(user_id=owner.id, kind=NoticeKind.WORK_SUBMITTED, **before))
    db.session.commit()
    submit()
    db.session.execute(delete(NotificationChoice))
    db.session.commit()

    submit()
    submit()

    first, then = notices()
    assert (first["count"], then["count"], then["in_app"], then["mail"]) == (1, 2, True, "at_once")


def test_a_notice_opens_the_latest_of_its_events(stranger):
    for title in ("one", "two"):
        about, course_id = target(TargetKind.COURSE, title), title[0].encode().hex() * 12
        seats = {"kind": NoticeKind.SEAT_GIVEN, "bundle": "seats", "course_id": course_id}
        tell_of(stranger, facts={"course": title}, target=about, **seats)

    [notice] = notices()
    assert (notice["facts"]["course"], notice["target"]["id"], str(notice["course_id"])) == ("two", "two", course_id)


def test_a_notice_has_bounded_events(submit, monkeypatch):
    monkeypatch.setattr(bundling, "MOST", 2)

    for _ in range(3):
        submit()

    assert [each["count"] for each in notices()] == [2, 1]


def test_two_courses_have_two_notices_and_one_mail(submit):
    submit("one")
    set_back(open_until=HOUR / 2, mail_at=HOUR / 2)

    submit("two")

    first, second = notices()
    assert first["mail_at"] == second["mail_at"]
    assert second["open_until"] == second["mail_at"]


def test_two_workers_at_once_count_each_event_once(owner, at_once):
    events = [news(NoticeKind.WORK_SUBMITTED, facts={"course": "one"}, bundle="one") for _ in range(5)]

    def handle():
        for each in events:
            tell(each, [owner.id])

    assert at_once(handle, handle) == [None, None]
    assert sum(each["count"] for each in notices()) == 5


def test_where_the_time_would_tell_whose_act_it_was_only_the_day_is_told(submit):
    day = now().replace(hour=0, minute=0, second=0, microsecond=0)
    submit("one", day=day)
    submit("one", day=day)

    [notice] = notices()
    assert notice["count"] == 2
    assert {notice["created_at"], notice["updated_at"], notice["_id"].generation_time} == {day}
    assert notice["mail_at"] == day + timedelta(days=1)
