"""The invariants of each kind of operation after recovery: its effect is there, complete, and happened once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bson import ObjectId

from tests.faults.deployment import Deployment
from tests.faults.operations import Operation

Operations = list[Operation]

# The other records of a publication, by version.
ACCOUNTS = (
    "SELECT data->>'version' FROM events WHERE type = 'course.published' AND data->>'course_id' = %s",
    "SELECT details->>'version' FROM audit_log WHERE action = 'course.published' AND target_id = %s",
)
CANCELED = "video.upload.cancelled"
OVER = {"cancelled", "timed_out", "ready", "deleted"}


def registrations(deployment: Deployment, operations: Operations) -> None:
    """An account is one row: every operation has its account, with the acknowledged id."""
    ids = dict(deployment.sql("SELECT email, id FROM users"))

    assert {operation.subject["email"] for operation in operations} <= ids.keys()
    assert all(
        ids[operation.subject["email"]] == operation.response["id"] for operation in operations if operation.response
    )


def enrollments(deployment: Deployment, operations: Operations) -> None:
    """An enrollment is a row, with one event for it; the client was told the row's id."""
    seats = deployment.sql("SELECT user_id, course_id, id FROM enrollments")
    ids = {(user_id, course_id): row_id for user_id, course_id, row_id in seats}
    told = deployment.sql("SELECT (data->>'enrollment_id')::bigint FROM events WHERE type = 'enrollment.created'")

    wanted = {
        (operation.subject["user_id"], operation.subject["course_id"]): operation.response["id"]
        for operation in operations
    }
    assert wanted.items() <= ids.items()
    assert Counter(enrollment_id for (enrollment_id,) in told) == Counter(ids.values())


def publications(deployment: Deployment, operations: Operations) -> None:
    """A course's versions are numbered, complete, and recorded; the course's learners are in the newest."""
    course_id = operations[0].subject["course_id"]
    course = deployment.mongo.courses.find_one({"_id": ObjectId(course_id)})
    assert course is not None
    versions = course["versions"]
    numbers = [version["number"] for version in versions]
    kept = deployment.mongo.course_versions.find({"_id": {"$in": [version["version_id"] for version in versions]}})
    seats = deployment.sql("SELECT DISTINCT course_version FROM enrollments WHERE course_id = %s", course_id)

    assert numbers == list(range(1, course["current_version"] + 1))
    assert sorted(version["number"] for version in kept) == numbers
    for account in ACCOUNTS:
        assert sorted(int(number) for (number,) in deployment.sql(account, course_id)) == numbers
    assert seats == [(course["current_version"],)]
    assert not course.get("seats_due")
    assert not course.get("acts_due")
    # A publication cut off between the two stores is published once more if repeated, and never twice.
    notes = Counter(version["note"] for version in versions)
    assert all(1 <= notes[operation.subject["note"]] <= 1 + bool(operation.repeats) for operation in operations)
    by_number = {version["number"]: version["note"] for version in versions}
    assert all(by_number[operation.response["version"]] == operation.subject["note"] for operation in operations)


def completions(deployment: Deployment, operations: Operations) -> None:
    """A record has the lesson completed, with one event for it."""
    records = {f"{operation.subject['user_id']}:{operation.subject['lesson_id']}" for operation in operations}
    completed = deployment.mongo.progress.find({"_id": {"$in": list(records)}, "completed_at": {"$ne": None}})
    told = deployment.sql("SELECT data->>'user_id', data->>'lesson_id' FROM events WHERE type = 'lesson.completed'")

    assert {record["_id"] for record in completed} == records
    times = Counter(f"{user_id}:{lesson_id}" for user_id, lesson_id in told)
    assert {times[record] for record in records} == {1}


def heartbeats(deployment: Deployment, operations: Operations) -> None:
    """A record has all acknowledged seconds, and the newest position."""
    subject = operations[-1].subject
    record = deployment.mongo.progress.find_one({"_id": f"{subject['user_id']}:{subject['lesson_id']}"})
    assert record is not None

    seconds = max(watched["seconds"] for watched in record["watched"].values())
    assert seconds >= max(operation.response["watched_seconds"] for operation in operations)
    assert record["position"]["seq"] == max(operation.subject["seq"] for operation in operations)


def events(deployment: Deployment, operations: Operations) -> None:
    """A webhook event is stored, and applied or ignored; a video all of whose events were sent is ready."""
    kept = {event["_id"]: event["state"] for event in deployment.mongo.webhook_events.find({}, {"state": 1})}
    told = Counter(operation.subject["video_id"] for operation in operations)
    videos = deployment.mongo.videos.find({"_id": {"$in": [ObjectId(video_id) for video_id in told]}})
    status = {str(video["_id"]): video["status"] for video in videos}

    assert {kept[operation.subject["event_id"]] for operation in operations} <= {"applied", "ignored"}
    assert {status[video_id] for video_id, number in told.items() if number == max(told.values())} == {"ready"}


def uploads(deployment: Deployment, operations: Operations) -> None:
    """A video is requested from the video service and referenced by the draft, or will be reviewed; replaced ones
    are canceled on both sides."""
    lesson = deployment.mongo.lessons.find_one({"_id": ObjectId(operations[0].subject["lesson_id"])})
    assert lesson is not None
    videos = {str(video["_id"]): video for video in deployment.mongo.videos.find({"source": "upload"})}
    at_service = {upload["id"]: upload for upload in deployment.system.mux.uploads()}
    asked, told = [operation.response for operation in operations], deployment.system.mux.events()

    assert all(videos[response["video"]["id"]]["upload_id"] == response["upload"]["id"] for response in asked)
    assert {response["upload"]["id"] for response in asked} <= at_service.keys()
    current = str(lesson["video_id"])
    replaced = [response for response in asked if response["video"]["id"] != current]
    assert {videos[response["video"]["id"]]["status"] for response in replaced} == {"cancelled"}
    assert {at_service[response["upload"]["id"]]["status"] for response in replaced} == {"cancelled"}
    given_up = Counter(each["payload"]["object"]["id"] for each in told if each["type"] == CANCELED)
    assert {given_up[response["upload"]["id"]] for response in replaced} == {1}
    # Every upload at the service belongs to one known video, which is over or will be reviewed.
    owners = [upload["new_asset_settings"]["passthrough"] for upload in at_service.values()]
    assert max(Counter(owners).values()) == 1
    assert all(videos[owner]["status"] in OVER or videos[owner]["review_at"] for owner in owners)


def files(deployment: Deployment, operations: Operations) -> None:
    """A completed file is ready, its owner is charged for all files and no others, and every stored object is of one."""
    known = {file["_id"]: file for file in deployment.mongo.files.find()}
    taken: Counter[int] = Counter()
    for file in known.values():
        taken[file["owner_id"]] += file["charged"]
    quotas = {each["_id"]: each["used"] + _unfinished(each, known) for each in deployment.mongo.file_quotas.find()}
    objects = {each["filename"]: each["length"] for each in deployment.mongo.objects.files.find()}
    expected = {file["object"]: file["size"] for file in known.values() if file["state"] == "ready"}

    assert {known[ObjectId(operation.response["id"])]["state"] for operation in operations} == {"ready"}
    assert quotas == taken
    assert {name: size for name, size in objects.items() if not name.startswith("staging/")} == expected
    staged = {ObjectId(name.rpartition("/")[2]) for name in objects if name.startswith("staging/")}
    assert {known[file_id]["state"] for file_id in staged} <= {"uploading"}
    chunks = deployment.mongo.objects.chunks.distinct("files_id")
    assert len(chunks) == len(objects)


def _unfinished(quota: dict[str, Any], files: dict[ObjectId, Any]) -> int:
    """Return by how much the moves of processes that were killed a moment ago are yet to change a quota."""
    return sum(
        move["done" if files.get(move["file_id"], {}).get("move_id") == move["id"] else "undone"]
        for move in quota.get("moves", ())
    )


def messages(deployment: Deployment) -> None:
    """Every message is done, and every event has exactly one position in the feed."""
    assert deployment.sql("SELECT topic, last_error FROM outbox WHERE done_at IS NULL OR parked_at IS NOT NULL") == []
    places = [position for (position,) in deployment.sql("SELECT position FROM events ORDER BY position")]
    assert places == list(range(1, len(places) + 1))


INVARIANTS: dict[str, Callable[[Deployment, Operations], None]] = {
    "register": registrations,
    "enroll": enrollments,
    "publish": publications,
    "complete": completions,
    "watch": heartbeats,
    "webhook": events,
    "upload": uploads,
    "file": files,
}


def waiting(deployment: Deployment) -> dict[str, Any]:
    """Count the worker's pending work."""
    number = "SELECT count(*) FROM"
    counts = {
        "messages": deployment.sql(f"{number} outbox WHERE done_at IS NULL AND parked_at IS NULL")[0][0],
        "events": deployment.sql(f"{number} events WHERE position IS NULL")[0][0],
        "followers": deployment.sql(
            "SELECT count(*) FROM followers WHERE position < (SELECT max(position) FROM events)"
        )[0][0],
        "pending_events": deployment.mongo.progress.count_documents({"pending_events.id": {"$exists": True}}),
        "webhooks": deployment.mongo.webhook_events.count_documents({"state": "pending"}),
        "videos": deployment.mongo.videos.count_documents(
            {"$expr": {"$lte": ["$review_at", "$$NOW"]}, "review_at": {"$ne": None}}
        ),
        "files": deployment.mongo.files.count_documents({"due_at": {"$exists": True}}),
        "acts": deployment.mongo.courses.count_documents({"acts_due.key": {"$gt": ""}}),
        "seats": deployment.mongo.courses.count_documents({"seats_due": {"$gt": 0}}),
    }
    return {name: found for name, found in counts.items() if found}
