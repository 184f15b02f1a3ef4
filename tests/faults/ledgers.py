"""The invariants of each kind of wish after recovery: its effect is there, complete, and happened once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bson import ObjectId

from tests.faults.whole import Whole
from tests.faults.wishes import Wish

Wishes = list[Wish]

# The other records of a publication, by version.
ACCOUNTS = (
    "SELECT data->>'version' FROM events WHERE type = 'course.published' AND data->>'course_id' = %s",
    "SELECT details->>'version' FROM audit_log WHERE action = 'course.published' AND target_id = %s",
)
CANCELLED = "video.upload.cancelled"
OVER = {"cancelled", "timed_out", "ready", "deleted"}


def registrations(whole: Whole, wishes: Wishes) -> None:
    """An account is one row: every wish has its account, with the acknowledged id."""
    ids = dict(whole.sql("SELECT email, id FROM users"))

    assert {wish.about["email"] for wish in wishes} <= ids.keys()
    assert all(ids[wish.about["email"]] == wish.answer["id"] for wish in wishes if wish.answer)


def enrolments(whole: Whole, wishes: Wishes) -> None:
    """An enrollment is a row, with one event for it; the client was told the row's id."""
    seats = whole.sql("SELECT user_id, course_id, id FROM enrollments")
    ids = {(user_id, course_id): row_id for user_id, course_id, row_id in seats}
    told = whole.sql("SELECT (data->>'enrollment_id')::bigint FROM events WHERE type = 'enrollment.created'")

    wanted = {(wish.about["user_id"], wish.about["course_id"]): wish.answer["id"] for wish in wishes}
    assert wanted.items() <= ids.items()
    assert Counter(enrollment_id for (enrollment_id,) in told) == Counter(ids.values())


def publications(whole: Whole, wishes: Wishes) -> None:
    """A course's versions are numbered, complete, and recorded; the course's learners are in the newest."""
    course_id = wishes[0].about["course_id"]
    course = whole.mongo.courses.find_one({"_id": ObjectId(course_id)})
    assert course is not None
    versions = course["versions"]
    numbers = [version["number"] for version in versions]
    kept = whole.mongo.course_versions.find({"_id": {"$in": [version["version_id"] for version in versions]}})
    seats = whole.sql("SELECT DISTINCT course_version FROM enrollments WHERE course_id = %s", course_id)

    assert numbers == list(range(1, course["current_version"] + 1))
    assert sorted(version["number"] for version in kept) == numbers
    for account in ACCOUNTS:
        assert sorted(int(number) for (number,) in whole.sql(account, course_id)) == numbers
    assert seats == [(course["current_version"],)]
    assert not course.get("seats_due")
    assert not course.get("acts_due")
    # A publication cut off between the two stores is published once more if repeated, and never twice.
    notes = Counter(version["note"] for version in versions)
    assert all(1 <= notes[wish.about["note"]] <= 1 + bool(wish.repeats) for wish in wishes)
    by_number = {version["number"]: version["note"] for version in versions}
    assert all(by_number[wish.answer["version"]] == wish.about["note"] for wish in wishes)


def completions(whole: Whole, wishes: Wishes) -> None:
    """A record has the lesson completed, with one event for it."""
    records = {f"{wish.about['user_id']}:{wish.about['lesson_id']}" for wish in wishes}
    completed = whole.mongo.progress.find({"_id": {"$in": list(records)}, "completed_at": {"$ne": None}})
    told = whole.sql("SELECT data->>'user_id', data->>'lesson_id' FROM events WHERE type = 'lesson.completed'")

    assert {record["_id"] for record in completed} == records
    times = Counter(f"{user_id}:{lesson_id}" for user_id, lesson_id in told)
    assert {times[record] for record in records} == {1}


def heartbeats(whole: Whole, wishes: Wishes) -> None:
    """A record has all acknowledged seconds, and the newest position."""
    about = wishes[-1].about
    record = whole.mongo.progress.find_one({"_id": f"{about['user_id']}:{about['lesson_id']}"})
    assert record is not None

    seconds = max(watched["seconds"] for watched in record["watched"].values())
    assert seconds >= max(wish.answer["watched_seconds"] for wish in wishes)
    assert record["position"]["seq"] == max(wish.about["seq"] for wish in wishes)


def events(whole: Whole, wishes: Wishes) -> None:
    """A webhook event is stored, and applied or ignored; a video all of whose events were sent is ready."""
    kept = {event["_id"]: event["state"] for event in whole.mongo.webhook_events.find({}, {"state": 1})}
    told = Counter(wish.about["video_id"] for wish in wishes)
    videos = whole.mongo.videos.find({"_id": {"$in": [ObjectId(video_id) for video_id in told]}})
    status = {str(video["_id"]): video["status"] for video in videos}

    assert {kept[wish.about["event_id"]] for wish in wishes} <= {"applied", "ignored"}
    assert {status[video_id] for video_id, number in told.items() if number == max(told.values())} == {"ready"}


def uploads(whole: Whole, wishes: Wishes) -> None:
    """A video is requested from the video service and referenced by the draft, or will be reviewed; replaced ones
    are canceled on both sides."""
    lesson = whole.mongo.lessons.find_one({"_id": ObjectId(wishes[0].about["lesson_id"])})
    assert lesson is not None
    videos = {str(video["_id"]): video for video in whole.mongo.videos.find({"source": "upload"})}
    at_service = {upload["id"]: upload for upload in whole.system.mux.uploads()}
    asked, told = [wish.answer for wish in wishes], whole.system.mux.events()

    assert all(videos[answer["video"]["id"]]["upload_id"] == answer["upload"]["id"] for answer in asked)
    assert {answer["upload"]["id"] for answer in asked} <= at_service.keys()
    current = str(lesson["video_id"])
    replaced = [answer for answer in asked if answer["video"]["id"] != current]
    assert {videos[answer["video"]["id"]]["status"] for answer in replaced} == {"cancelled"}
    assert {at_service[answer["upload"]["id"]]["status"] for answer in replaced} == {"cancelled"}
    given_up = Counter(each["payload"]["object"]["id"] for each in told if each["type"] == CANCELLED)
    assert {given_up[answer["upload"]["id"]] for answer in replaced} == {1}
    # Every upload at the service belongs to one known video, which is over or will be reviewed.
    owners = [upload["new_asset_settings"]["passthrough"] for upload in at_service.values()]
    assert max(Counter(owners).values()) == 1
    assert all(videos[owner]["status"] in OVER or videos[owner]["review_at"] for owner in owners)


def messages(whole: Whole) -> None:
    """Every message is done, and every event has exactly one position in the feed."""
    assert whole.sql("SELECT topic, last_error FROM outbox WHERE done_at IS NULL OR parked_at IS NOT NULL") == []
    places = [position for (position,) in whole.sql("SELECT position FROM events ORDER BY position")]
    assert places == list(range(1, len(places) + 1))


LEDGERS: dict[str, Callable[[Whole, Wishes], None]] = {
    "register": registrations,
    "enrol": enrolments,
    "publish": publications,
    "complete": completions,
    "watch": heartbeats,
    "webhook": events,
    "upload": uploads,
}


def waiting(whole: Whole) -> dict[str, Any]:
    """Count the worker's pending work."""
    number = "SELECT count(*) FROM"
    counts = {
        "messages": whole.sql(f"{number} outbox WHERE done_at IS NULL AND parked_at IS NULL")[0][0],
        "events": whole.sql(f"{number} events WHERE position IS NULL")[0][0],
        "news": whole.mongo.progress.count_documents({"pending_events.id": {"$exists": True}}),
        "webhooks": whole.mongo.webhook_events.count_documents({"state": "pending"}),
        "videos": whole.mongo.videos.count_documents(
            {"$expr": {"$lte": ["$review_at", "$$NOW"]}, "review_at": {"$ne": None}}
        ),
        "acts": whole.mongo.courses.count_documents({"acts_due.key": {"$gt": ""}}),
        "seats": whole.mongo.courses.count_documents({"seats_due": {"$gt": 0}}),
    }
    return {name: found for name, found in counts.items() if found}
