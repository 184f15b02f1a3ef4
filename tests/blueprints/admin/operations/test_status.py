import json
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import WebhookEvent
from learnstream.integrations import files as port
from learnstream.models import EventType
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.analytics import monitoring, rollup
from learnstream.services.foundation import cursors, events, followers, outbox
from learnstream.services.media import file_orphans, file_sweeps, files, webhooks
from learnstream.services.media.file_removal import Reason
from learnstream.stores.sql import db
from tests.factories import make_video
from tests.files import make_file


def status(client, admin):
    response = client.get("/admin/status", auth=admin)
    assert response.status_code == 200
    return response.json


def test_an_idle_platform_has_nothing_pending(client, admin):
    lag = {"pending": 0, "oldest_at": None, "seconds": 0.0, "parked": 0}

    assert status(client, admin) == {
        "outbox": lag,
        "commands": [{"topic": topic, **lag} for topic in sorted(outbox.topics)],
        "webhook_events": lag,
        "videos": {"stuck": 0, "first_stuck": []},
        "events": {"pending": 0, "oldest_at": None, "seconds": 0.0},
        "followers": [],
        "figures": {"as_of": None, "seconds": None},
        "beat": {"last_at": None, "seconds": None},
        "payments": {
            "configured": True,
            "livemode": False,
            "events": lag,
            "orders": {"pending": 0, "hanging": 0, "first_hanging": []},
            "reconciliation": {
                "finished_at": None,
                "seconds": None,
                "step": None,
                "corrected": 0,
                "last_error": None,
                "undelivered_at": None,
            },
        },
        "mail": {
            "configured": False,
            "queued": 0,
            "oldest_at": None,
            "seconds": 0.0,
            "failed": 0,
            "last_sent_at": None,
        },
        "files": {
            "processing": 0,
            "oldest_at": None,
            "seconds": 0.0,
            "swept_at": None,
            "removed": {reason: {"count": 0, "bytes": 0} for reason in Reason},
        },
    }


def test_files_that_are_checked_and_removed_are_counted(client, admin, owner):
    make_file(owner, state="processing", due_at=now() - timedelta(minutes=1), state_at=now() - timedelta(minutes=1))
    abandoned = make_file(owner, size=30, review_at=now())
    port.service().put(files.staging_name(abandoned["_id"]), [b"ten bytes."], content_type=None)
    file_sweeps.review_due()
    file_orphans.sweep()

    shown = status(client, admin)["files"]

    assert (shown["processing"], shown["seconds"] >= 60) == (1, True)
    assert shown["removed"]["abandoned"] == {"count": 1, "bytes": 10}
    assert shown["swept_at"] is not None


def test_pending_and_parked_messages_are_counted(client, admin):
    outbox.add("test")
    outbox.add("test").parked_at = now()
    db.session.commit()

    shown = status(client, admin)["outbox"]

    assert (shown["pending"], shown["parked"]) == (1, 1)
    assert shown["oldest_at"] is not None


def test_commands_are_counted_by_topic(client, admin):
    outbox.add("video.released").parked_at = now()
    outbox.add("video.released")
    outbox.add("of a newer release")
    outbox.add("facts.forget").done_at = now()
    db.session.commit()

    shown = {each["topic"]: (each["pending"], each["parked"]) for each in status(client, admin)["commands"]}

    assert shown == dict.fromkeys(outbox.topics, (0, 0)) | {"video.released": (1, 1), "of a newer release": (1, 0)}


def test_the_lag_of_every_follower_is_shown(client, admin):
    cursors.register([*followers.registered.values()])
    events.record(EventType.COURSE_ARCHIVED, "x", course_id="a" * 24)
    db.session.commit()
    events.publish()

    shown = status(client, admin)["followers"]

    assert [each["name"] for each in shown] == sorted(followers.registered)
    shown = next(each for each in shown if each["name"] == "released-videos")
    assert (shown["state"], shown["position"]) == ("behind", 0)
    assert shown["lag"]["events"] == 1
    assert 0 <= shown["lag"]["seconds"] < 5


def test_pending_and_parked_events_are_counted(client, admin):
    for name in ("e1", "e2"):
        payload = {"id": name, "type": "video.asset.ready"}
        webhooks.receive(json.dumps(payload).encode(), payload)
    WebhookEvent.collection().update_one({"_id": "e2"}, {"$set": {"state": "parked"}})

    shown = status(client, admin)["webhook_events"]

    assert (shown["pending"], shown["parked"]) == (1, 1)


def test_a_stuck_video_is_listed(client, admin):
    video_id = make_video(status="preparing", status_at=now() - timedelta(hours=3))

    shown = status(client, admin)["videos"]

    assert (shown["stuck"], [(video["id"], video["status"]) for video in shown["first_stuck"]]) == (
        1,
        [(video_id, "preparing")],
    )


def test_events_without_a_position_are_counted(client, admin):
    events.record(EventType.COURSE_ARCHIVED, "x", course_id="a" * 24)
    db.session.commit()
    waiting = status(client, admin)["events"]
    events.publish()

    assert waiting["pending"] == 1
    assert waiting["oldest_at"] is not None
    assert status(client, admin)["events"]["pending"] == 0


def test_the_age_of_the_figures_is_shown(client, admin):
    rollup.run()

    assert 0 <= status(client, admin)["figures"]["seconds"] < 5


def test_the_last_beat_is_shown(client, admin):
    monitoring.note_beat()
    monitoring.note_beat()

    assert 0 <= status(client, admin)["beat"]["seconds"] < 5


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_the_status_is_for_admins(client, request, who):
    assert client.get("/admin/status", auth=request.getfixturevalue(who)).json["code"] == "admins_only"


def test_mails_are_counted(client, admin, mail_configured):
    moment = now()
    times = {"created_at": moment - timedelta(minutes=5)}
    for number, columns in enumerate(
        [
            times,
            {},
            {"state": MailState.FAILED},
            {"state": MailState.SENT, "sent_at": moment},
            {"state": MailState.SUPPRESSED},
        ]
    ):
        db.session.add(Mail(template=MailTemplate.INVITATION, address="a@example.com", cause=f"{number}", **columns))
    db.session.commit()

    shown = status(client, admin)["mail"]

    assert (shown["configured"], shown["queued"], shown["failed"]) == (True, 2, 1)
    assert 300 <= shown["seconds"] < 330
    assert shown["last_sent_at"] == moment.isoformat()
