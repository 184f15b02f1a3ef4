"""The mails of notices that go at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.models.mail import Mail, MailMode
from learnstream.models.notification_choice import NotificationChoice
from learnstream.services.enrollment import enrollments, group_members
from learnstream.services.messaging import letters, rendering
from learnstream.services.messaging.letters import NotNeeded
from learnstream.services.messaging.notices import mailing
from learnstream.stores.sql import db
from tests.announcements import announced, make_class
from tests.factories import make_person
from tests.notices import follow_events, notices, tell_of

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def configured(mail_configured):
    """Mail is configured."""


def mailed():
    """Have the job run; return the mails that were requested, in the order of their addresses."""
    mailing.request_due()
    db.session.rollback()
    return db.session.scalars(select(Mail).order_by(Mail.address)).all()


def texts():
    return [mail.facts["notices"] for mail in mailed()]


def submitted(person, course, number=1):
    for _ in range(number):
        tell_of(person, kind=NoticeKind.WORK_SUBMITTED, facts={"course": course}, bundle=course)


def pass_an_hour():
    """Let an hour pass since all notices were told."""
    for each in notices():
        earlier = {name: each[name] - HOUR for name in ("open_until", "mail_at") if each[name]}
        Notification.collection().update_one({"_id": each["_id"]}, {"$set": earlier})


def test_a_notice_is_mailed_once(stranger):
    tell_of(stranger)

    [mail] = mailed()

    assert (mail.template, mail.address, mail.user_id) == ("notification", stranger.email, stranger.id)
    assert mail.facts["notices"] == ["Your access to “Astronomy” ends on 1 December 2026, 12:00 (UTC)"]
    assert [each["mail"] for each in notices()] == ["sent"]
    assert len(mailed()) == 1


def test_the_mail_can_be_rendered(stranger):
    tell_of(stranger)
    [mail] = mailed()

    rendered = rendering.render(mail.template, "en", letters.facts_of(mail))

    assert "Your access to" in rendered.subject
    assert "/unsubscribe?token=" in rendered.text


def test_a_crash_after_the_commit_sends_no_second_mail(stranger, monkeypatch):
    tell_of(stranger)
    monkeypatch.setattr(mailing, "_mark", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mailing.request_due()
    monkeypatch.undo()
    assert [each["mail"] for each in notices()] == ["at_once"]

    assert mailing.request_due() == 1
    assert [each["mail"] for each in notices()] == ["sent"]


def test_thirty_submissions_in_two_courses_are_one_mail_after_an_hour(owner):
    submitted(owner, "Astronomy", 29)
    submitted(owner, "Botany")
    assert mailed() == []

    pass_an_hour()

    assert texts() == [["29 submissions to mark in “Astronomy”", "1 submission to mark in “Botany”"]]


def test_the_next_hour_has_a_mail_of_its_own(owner):
    submitted(owner, "Astronomy")
    pass_an_hour()
    assert len(texts()) == 1

    submitted(owner, "Astronomy")
    pass_an_hour()

    assert len(texts()) == 2


def test_what_was_read_meanwhile_is_not_mailed(owner):
    submitted(owner, "Astronomy")
    Notification.collection().update_many({}, {"$set": {"read_at": now()}})
    pass_an_hour()

    assert mailed() == []
    assert [each["mail"] for each in notices()] == ["none"]


def test_a_mail_is_never_split_by_the_size_of_a_batch(owner, stranger):
    for course in ("Astronomy", "Botany", "Chemistry"):
        submitted(owner, course)
        submitted(stranger, course)
    pass_an_hour()

    mailing.request_due(batch=2)

    assert sorted(map(len, texts())) == [3, 3]


def test_the_mail_is_in_the_present_language_of_the_account(stranger):
    tell_of(stranger, kind=NoticeKind.SEAT_GIVEN, facts={"course": "Astronomy"}, bundle="seats")
    db.session.get(User, stranger.id).language = "pt-BR"
    db.session.commit()
    pass_an_hour()

    [mail] = mailed()

    assert (mail.language, mail.facts["notices"]) == ("pt-BR", ["Você foi matriculado em “Astronomy”"])


def test_daily_ones_wait_for_the_digest_and_accounts_disabled_meanwhile_get_nothing(stranger):
    daily = make_person()
    db.session.add(NotificationChoice(user_id=daily.id, kind="seat_ending", mail=MailMode.DAILY))
    db.session.commit()
    tell_of(daily, stranger)
    db.session.get(User, stranger.id).is_active = False
    db.session.commit()

    assert mailed() == []
    assert [each["mail"] for each in notices(daily)] == ["daily"]


def test_an_announcement_is_mailed_with_its_text_until_it_is_withdrawn(client, owner, learner, course):
    announcement = announced(client, course, owner)
    follow_events()

    [mail] = mailed()
    facts = letters.facts_of(mail)
    assert (mail.template, facts["of"], facts["author"]) == ("announcement", "Astronomy", owner.name)
    assert "coat" in rendering.render(mail.template, "en", facts).text

    client.delete(f"/announcements/{announcement['id']}", auth=owner)
    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


def test_an_announcement_is_not_mailed_to_who_is_no_learner_or_member_any_more(
    client, owner, learner, course, stranger
):
    group_id = make_class(course, stranger, staff=owner)
    follow_events()
    Notification.collection().delete_many({})
    for each in (course, group_id):
        announced(client, each, owner)
    follow_events()
    mails = mailed()
    assert [letters.facts_of(mail)["of"] for mail in mails] == ["Astronomy", "Astronomy", "Class 7b"]

    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    group_members.remove(group_id, [stranger.id], by=owner.id)
    db.session.commit()
    follow_events()

    for mail in mails:
        with pytest.raises(NotNeeded):
            letters.facts_of(mail)


def test_who_wants_no_such_mails_any_more_gets_none(client, owner, learner, course):
    announced(client, course, owner)
    follow_events()
    [mail] = mailed()
    db.session.add(NotificationChoice(user_id=learner.id, kind="announcement", mail=MailMode.NEVER))
    db.session.commit()

    with pytest.raises(NotNeeded):
        letters.facts_of(mail)


def test_two_workers_at_once_request_one_mail(owner, at_once):
    submitted(owner, "Astronomy", 3)
    pass_an_hour()

    results = at_once(mailing.request_due, mailing.request_due)

    assert [each for each in results if not isinstance(each, int)] == []
    assert texts() == [["3 submissions to mark in “Astronomy”"]]
