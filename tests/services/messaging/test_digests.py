"""Digests: what waits goes out in one mail a day, in the morning of each recipient."""

from collections import Counter
from datetime import datetime

import pytest
from bson import ObjectId
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.documents.notification import NoticeKind, NoticeMail, Notification, TargetKind
from learnstream.models import Enrollment, User
from learnstream.models.digest_schedule import DigestSchedule
from learnstream.models.mail import Mail, MailMode, MailState, MailTemplate
from learnstream.models.notification_choice import NotificationChoice
from learnstream.services.announcements import announcements, writing
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import enrollments
from learnstream.services.messaging import digest_schedule, digests, sending
from learnstream.services.messaging.choices import unsubscribing
from learnstream.services.messaging.choices.unsubscribing import DAILY
from learnstream.services.messaging.notices import reading
from learnstream.services.messaging.notices.news import target
from learnstream.stores.sql import db
from tests.factories import make_seat
from tests.notices import notices, tell_of

EVENING = "2027-05-10T18:00:00+00:00"
MORNING = "2027-05-11T08:01:00+00:00"


@pytest.fixture
def at(move_clock):
    """Return a function that sets the server's clock."""

    def at(moment):
        move_clock(seconds=(datetime.fromisoformat(moment) - now()).total_seconds())

    return at


@pytest.fixture
def news(at, post):
    """Return a function that tells people of new versions, of which they get daily mails, in the evening."""
    at(EVENING)

    def tell(*people, **fields):
        fields = {"kind": NoticeKind.COURSE_VERSION, "facts": {"course": "Stars"}} | fields
        return tell_of(*people, **fields)

    return tell


def prepared():
    """Prepare what is due; return the mails that were requested so far, by recipient."""
    digests.prepare_due()
    rows = db.session.scalars(select(Mail).where(Mail.template == MailTemplate.DIGEST)).all()
    return Counter(row.user_id for row in rows)


def move_to(person, zone):
    db.session.execute(update(User).where(User.id == person.id).values(timezone=zone))
    db.session.commit()


def announce(course, title, *, by):
    """Publish an announcement that daily mails tell of; learners have chosen so."""
    for user_id in db.session.scalars(select(Enrollment.user_id).where(Enrollment.course_id == course.id)).all():
        db.session.merge(NotificationChoice(user_id=user_id, kind=NoticeKind.ANNOUNCEMENT, mail=MailMode.DAILY))
    db.session.commit()
    target = announcements.of_course(course.id)
    return writing.create(target, by=by.id, title=title, text="Bring a coat.", is_published=True)


def test_a_digest_has_what_a_day_has_brought(news, at, post, learner, course):
    news(learner, course_id=course.id)
    news(learner, facts={"course": "Planets"})
    assert prepared() == {}

    at(MORNING)
    assert prepared() == {learner.id: 1}
    sending.send_due()

    [mail] = post.messages()
    assert (mail["to"], mail["subject"]) == (learner.email, "2 notifications at LearnStream")
    [title] = catalogue.titles([course.id])
    assert mail["text"].index(title) < mail["text"].index("“Stars” has") < mail["text"].index("Also")
    assert mail["text"].index("Also") < mail["text"].index("“Planets” has a new version")
    assert "List-Unsubscribe" in dict(mail["headers"])


def test_there_is_none_without_news(news, at, learner):
    news(learner)
    at(MORNING)
    assert prepared() == {learner.id: 1}

    for morning in ("2027-05-12T08:01:00+00:00", "2027-05-13T08:01:00+00:00"):
        at(morning)
        assert prepared() == {learner.id: 1}


def test_the_next_one_has_only_what_is_new(news, at, post, learner):
    news(learner)
    at(MORNING)
    prepared()
    news(learner, facts={"course": "Planets"})

    at("2027-05-12T08:01:00+00:00")
    assert prepared() == {learner.id: 2}
    sending.send_due()

    newest, oldest = post.messages()
    assert [name in newest["text"] for name in ("“Planets” has", "“Stars” has")] == [True, False]
    assert [name in oldest["text"] for name in ("“Planets” has", "“Stars” has")] == [False, True]


def test_each_gets_it_in_the_morning_of_their_zone(news, at, learner, stranger, owner):
    for person, zone in ((learner, "Asia/Tokyo"), (stranger, None), (owner, "America/New_York")):
        move_to(person, zone)
    news(learner, stranger, owner)

    seen = []
    for moment in ("T22:59", "T23:01"):
        at(f"2027-05-10{moment}:00+00:00")
        seen.append(set(prepared()))
    for moment in ("T07:59", "T08:01", "T11:59", "T12:01"):
        at(f"2027-05-11{moment}:00+00:00")
        seen.append(set(prepared()))

    tokyo, utc, new_york = {learner.id}, {learner.id, stranger.id}, {learner.id, stranger.id, owner.id}
    assert seen == [set(), tokyo, tokyo, utc, utc, new_york]


def test_what_was_read_meanwhile_is_left_out(news, at, post, learner):
    news(learner)
    at("2027-05-10T19:00:00+00:00")
    news(learner, facts={"course": "Planets"})
    reading.mark_read(learner.id, ids=[str(notices(learner)[0]["_id"])])

    at(MORNING)
    assert prepared() == {learner.id: 1}
    sending.send_due()

    [mail] = post.messages()
    assert mail["subject"] == "1 notification at LearnStream"
    assert "Stars" not in mail["text"]


def test_announcements_that_are_not_for_the_recipient_any_more_are_left_out(
    news, at, post, owner, learner, course, stranger
):
    make_seat(stranger, course)
    withdrawn, kept = (announce(course, title, by=owner) for title in ("Rain", "Sun"))
    for each in (withdrawn, kept):
        facts, about = {"title": each["title"], "of": "Stars"}, target(TargetKind.ANNOUNCEMENT, each["_id"])
        news(learner, stranger, kind=NoticeKind.ANNOUNCEMENT, facts=facts, target=about)
    at(MORNING)
    assert prepared() == {learner.id: 1, stranger.id: 1}

    writing.remove(str(withdrawn["_id"]), by=owner.id)
    enrollments.withdraw(user_id=stranger.id, course_id=course.id)
    db.session.commit()
    sending.send_due()

    [mail] = post.messages()
    assert mail["to"] == learner.email
    assert [title in mail["text"] for title in ("Rain", "Sun")] == [False, True]


def test_nothing_is_sent_if_all_was_read(news, at, post, learner, stranger):
    news(learner, stranger)
    reading.mark_read(learner.id, before=now())

    at(MORNING)
    assert prepared() == {stranger.id: 1}
    reading.mark_read(stranger.id, before=now())
    sending.send_due()

    assert post.messages() == []
    assert db.session.scalars(select(Mail.state)).all() == [MailState.SUPPRESSED]


def test_what_is_not_shown_in_the_application_is_in_the_mail(news, at, post, learner):
    db.session.add(NotificationChoice(user_id=learner.id, kind=NoticeKind.COURSE_VERSION, in_app=False))
    db.session.commit()
    news(learner)
    reading.mark_read(learner.id, before=now())

    at(MORNING)
    prepared()

    assert sending.send_due() == 1


def test_what_one_has_unsubscribed_from_meanwhile_is_left_out(news, at, post, learner, stranger):
    news(learner, stranger)
    at(MORNING)
    prepared()
    unsubscribing.unsubscribe(unsubscribing.url(db.session.get(User, learner.id), DAILY).partition("token=")[2])
    db.session.commit()

    sending.send_due()

    assert [mail["to"] for mail in post.messages()] == [stranger.email]


def test_a_disabled_account_gets_none(news, at, learner):
    news(learner)
    db.session.execute(update(User).where(User.id == learner.id).values(is_active=False))
    db.session.commit()

    at(MORNING)

    assert prepared() == {}


def test_after_an_outage_it_is_sent_the_same_day_or_the_next_morning(news, at, learner, stranger):
    move_to(stranger, "Asia/Tokyo")
    news(learner, stranger)

    # 20:00 in UTC, and five in the morning of the next day in Tokyo.
    at("2027-05-11T20:00:00+00:00")
    assert prepared() == {learner.id: 1}

    at("2027-05-11T23:01:00+00:00")
    assert prepared() == {learner.id: 1, stranger.id: 1}


@pytest.mark.parametrize(("old", "new"), [("Pacific/Auckland", "Pacific/Honolulu"), ("America/New_York", "Asia/Tokyo")])
def test_whoever_moves_gets_one_on_each_date_at_most(news, at, learner, old, new):
    move_to(learner, old)
    news(learner)
    for hour in range(72):
        if hour == 30:
            move_to(learner, new)
        at(f"2027-05-{10 + (18 + hour) // 24}T{(18 + hour) % 24:02}:30:00+00:00")
        news(learner)
        prepared()
    causes = db.session.scalars(select(Mail.cause).order_by(Mail.id)).all()
    dates = [cause.rpartition(":")[2] for cause in causes]

    assert dates == sorted(set(dates))
    assert len(dates) in {2, 3}


def test_an_unknown_time_zone_delays_nobody(news, at, learner, stranger):
    move_to(learner, "Moon/Tranquility")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnstream.services.messaging.notices.telling.time_zone", lambda _: now().tzinfo)
        news(learner, stranger)

    at(MORNING)

    assert prepared() == {learner.id: 1, stranger.id: 1}


def test_many_are_prepared_in_batches(news, at, monkeypatch, learner, stranger, owner, admin):
    monkeypatch.setattr(digest_schedule, "BATCH", 2)
    news(learner, stranger, owner, admin)

    at(MORNING)

    assert prepared() == dict.fromkeys([learner.id, stranger.id, owner.id, admin.id], 1)
    assert db.session.scalars(select(DigestSchedule.due_at)).all() == [None] * 4


def test_workers_at_the_same_time_prepare_one(news, at, at_once, monkeypatch, learner, stranger, owner, admin):
    monkeypatch.setattr(digest_schedule, "BATCH", 1)
    people = [learner, stranger, owner, admin]
    news(*people)
    at(MORNING)

    done = at_once(*[digests.prepare_due] * 4)

    assert sum(done) == len(people)
    assert prepared() == dict.fromkeys([each.id for each in people], 1)


def test_what_comes_while_a_digest_is_prepared_is_in_the_next(news, at, post, learner, monkeypatch):
    news(learner)
    at(MORNING)
    request_all = digests.mails.request_all

    def tell_and_request(*args):
        # Of another process, which expects a digest as soon as this one has committed.
        [assigned] = notices(learner)
        late = {"_id": ObjectId(), "event_ids": ["late"], "facts": {"course": "Planets"}}
        Notification.collection().insert_one(assigned | late | {"mail": NoticeMail.DAILY.value, "digest": None})
        request_all(*args)

    monkeypatch.setattr(digests.mails, "request_all", tell_and_request)
    prepared()
    monkeypatch.undo()
    digest_schedule.expect([learner.id])
    db.session.commit()

    assert [each["mail"] for each in notices(learner)] == [NoticeMail.SENT, NoticeMail.DAILY]
    assert db.session.scalars(select(DigestSchedule.due_at)).one() is not None
