"""The queries of notices read no more than they need, however many notices there are."""

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.services.messaging.notices import mailing, retracting
from learnstream.services.messaging.notices.news import target
from learnstream.services.messaging.notices.telling import tell
from tests.notices import news, notices, tell_of

SUBMITTED = {"kind": NoticeKind.WORK_SUBMITTED, "facts": {"course": "Astronomy"}, "bundle": "one"}


@pytest.fixture(autouse=True)
def many(owner):
    """Sent and read notices of the owner."""
    tell_of(owner, **SUBMITTED)
    [told] = notices()
    earlier = told["open_until"].replace(year=2020)
    copies = [
        {
            **told,
            "event_ids": [str(number)],
            "open_until": earlier,
            "mail_at": earlier,
            "read_at": now(),
            "mail": "sent",
        }
        for number in range(300)
    ]
    for each in copies:
        del each["_id"]
    Notification.collection().insert_many(copies)


def test_joining_a_notice_reads_no_others(owner, plans):
    joining = news(**SUBMITTED)

    with plans:
        tell(joining, [owner.id])

    assert plans.scans == []
    assert plans.examined("notifications") <= 5
    assert notices(read_at=None)[0]["count"] == 2


def test_finding_due_mails_reads_no_others(owner, plans):
    Notification.collection().update_many({"read_at": None}, {"$set": {"mail_at": now()}})

    with plans:
        assert mailing.request_due() == 1

    assert plans.scans == []
    assert plans.examined("notifications") <= 5


def test_taking_back_reads_no_others(owner, plans):
    about = target(TargetKind.ANNOUNCEMENT, "f" * 24)
    tell_of(owner, kind=NoticeKind.ANNOUNCEMENT, target=about, facts={"title": "A", "of": "B"})

    with plans:
        retracting.retract(NoticeKind.ANNOUNCEMENT, about)

    assert plans.scans == []
    assert plans.examined("notifications") <= 5
