"""GET /notifications"""

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.services.messaging.notices.wording import IMPORTS
from learnstream.stores.sql import db
from tests.notices import tell_of

FACTS = {
    NoticeKind.COURSE_VERSION: {"course": "Astronomy", "version": 2},
    NoticeKind.ANNOUNCEMENT: {"title": "Clear skies", "of": "Class 7b"},
    NoticeKind.DUE_TOMORROW: {"course": "Astronomy", "lesson": "Diary", "due_at": "2026-12-01T09:00:00-03:00"},
    NoticeKind.WORK_SUBMITTED: {"course": "Astronomy"},
    NoticeKind.GRADES_RELEASED: {"course": "Astronomy", "lesson": "Diary"},
    NoticeKind.GRADE_CHANGED: {"course": "Astronomy", "lesson": "Diary"},
    NoticeKind.SEAT_GIVEN: {"course": "Astronomy"},
    NoticeKind.SEAT_ENDING: {"course": "Astronomy", "ends_at": "2026-12-01T12:00:00+00:00"},
    NoticeKind.REVIEW_REPLIED: {"title": "Astronomy"},
    NoticeKind.REVIEW_HIDDEN: {"title": "Astronomy", "reason": "Spam."},
    NoticeKind.IMPORT_FINISHED: {"kind": "people", "outcome": "done"},
    NoticeKind.MAIL_FAILING: {"since_at": "2026-12-01T12:00:00+00:00"},
    NoticeKind.PAYMENT_RECEIVED: {"course": "Astronomy", "amount": 4900, "currency": "eur"},
    NoticeKind.PAYMENT_REFUNDED: {"course": "Astronomy", "amount": 6800, "currency": "jpy"},
    NoticeKind.PAYMENT_AT_RISK: {"course": "Astronomy", "amount": 4900, "currency": "eur", "risk": "warned"},
}
TEXTS = {
    NoticeKind.COURSE_VERSION: "“Astronomy” has a new version",
    NoticeKind.ANNOUNCEMENT: "Announcement in “Class 7b”: Clear skies",
    NoticeKind.DUE_TOMORROW: "“Diary” in “Astronomy” is due on 1 December 2026, 09:00 (UTC-03:00)",
    NoticeKind.WORK_SUBMITTED: "1 submission to mark in “Astronomy”",
    NoticeKind.GRADES_RELEASED: "Your work in “Diary” of “Astronomy” was graded",
    NoticeKind.GRADE_CHANGED: "Your grade in “Diary” of “Astronomy” has changed",
    NoticeKind.SEAT_GIVEN: "You were enrolled in “Astronomy”",
    NoticeKind.SEAT_ENDING: "Your access to “Astronomy” ends on 1 December 2026, 12:00 (UTC)",
    NoticeKind.REVIEW_REPLIED: "Your review of “Astronomy” was answered",
    NoticeKind.REVIEW_HIDDEN: "Your review of “Astronomy” was hidden: Spam.",
    NoticeKind.IMPORT_FINISHED: "The import of people is done",
    NoticeKind.MAIL_FAILING: "Mails have failed since 1 December 2026, 12:00 (UTC)",
    NoticeKind.PAYMENT_RECEIVED: "Your payment of 49.00 EUR for “Astronomy” has arrived",
    NoticeKind.PAYMENT_REFUNDED: "You were refunded 6800 JPY for “Astronomy”",
    NoticeKind.PAYMENT_AT_RISK: "A bank warns that the payment of 49.00 EUR for “Astronomy” may be fraud",
}


@pytest.fixture
def listed(client):
    """Return a function that lists the notices of a person."""

    def listed(person, query="", status=200):
        response = client.get(f"/notifications{query}", auth=person)
        assert response.status_code == status, response.json
        return response.json

    return listed


def test_kinds_of_a_newer_release_are_left_out(stranger, listed):
    for _ in range(2):
        tell_of(stranger)
    Notification.collection().update_one({}, {"$set": {"kind": "certificate_issued"}})

    for query in ("", "?unread=true"):
        assert [each["kind"] for each in listed(stranger, query)] == ["seat_ending"]


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_kind_is_told_in_a_sentence(stranger, listed, kind):
    tell_of(stranger, kind=kind, facts=FACTS[kind])

    [notice] = listed(stranger)

    assert (notice["kind"], notice["text"], notice["facts"]) == (kind, TEXTS[kind], FACTS[kind])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NoticeKind.WORK_SUBMITTED, "3 submissions to mark in “Astronomy”"),
        (NoticeKind.SEAT_GIVEN, "You were enrolled in “Astronomy” and 2 other courses"),
    ],
)
def test_several_events_are_counted(stranger, listed, kind, text):
    for _ in range(3):
        tell_of(stranger, kind=kind, facts=FACTS[kind], bundle="one")

    [notice] = listed(stranger)

    assert (notice["count"], notice["text"]) == (3, text)


@pytest.mark.parametrize(("kind", "outcome"), IMPORTS)
def test_every_end_of_an_import_is_told(stranger, listed, kind, outcome):
    facts = {"kind": kind.value, "outcome": outcome.value}
    tell_of(stranger, kind=NoticeKind.IMPORT_FINISHED, facts=facts)

    assert kind.value in listed(stranger)[0]["text"]


def test_texts_are_in_the_language_of_the_account(stranger, listed):
    db.session.get(User, stranger.id).language = "pt-BR"
    db.session.commit()
    tell_of(stranger, facts=FACTS[NoticeKind.SEAT_ENDING])

    assert listed(stranger)[0]["text"] == "Seu acesso a “Astronomy” termina em 1 de dezembro de 2026 às 12:00 (UTC)"


def test_titles_with_percent_signs_are_shown_as_written(stranger, listed):
    tell_of(stranger, kind=NoticeKind.SEAT_GIVEN, facts={"course": "100%(course)s <b>"})

    assert listed(stranger)[0]["text"] == "You were enrolled in “100%(course)s <b>”"


def test_the_newest_come_first_and_pages_follow_each_other(client, stranger):
    for number in range(3):
        tell_of(stranger, facts=FACTS[NoticeKind.SEAT_ENDING] | {"course": str(number)})

    first = client.get("/notifications?limit=2", auth=stranger)
    tell_of(stranger)
    rest = client.get(f"/notifications?limit=2&cursor={first.headers['X-Next-Cursor']}", auth=stranger)

    assert [each["facts"]["course"] for each in first.json + rest.json] == ["2", "1", "0"]
    assert "X-Next-Cursor" not in rest.headers


def test_only_unread_ones_or_those_of_a_kind(stranger, listed):
    tell_of(stranger)
    Notification.collection().update_many({}, {"$set": {"read_at": now()}})
    tell_of(stranger, kind=NoticeKind.SEAT_GIVEN, facts=FACTS[NoticeKind.SEAT_GIVEN])

    assert [each["kind"] for each in listed(stranger, "?unread=true")] == ["seat_given"]
    assert [each["kind"] for each in listed(stranger, "?kind=seat_ending")] == ["seat_ending"]
    assert len(listed(stranger, "?unread=false")) == 2


@pytest.mark.parametrize("query", ["?unread=maybe", "?kind=gossip", "?limit=101", "?cursor=x", "?unread="])
def test_wrong_parameters_are_errors(stranger, listed, query):
    assert listed(stranger, query, status=422)["code"] == "validation_failed"


def test_nobody_sees_those_of_others(stranger, learner, listed):
    tell_of(learner)

    assert listed(stranger) == []


def test_the_list_reads_no_more_than_it_shows(stranger, listed, plans):
    for _ in range(50):
        tell_of(stranger)

    with plans:
        listed(stranger, "?limit=2")
        listed(stranger, "?limit=2&unread=true")

    assert plans.scans == []
    assert plans.examined("notifications") <= 6
