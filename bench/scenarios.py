"""The measured requests, their expected responses, and the ceiling that each is compared with."""

import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import count, islice
from typing import Any, TypeVar
from uuid import uuid4

from bench import ceilings
from bench.dataset import Dataset
from bench.load import JSON, request
from bench.players import STRETCH_SECONDS, Player
from bench.quizzes import Quizzes, saved_answers, started_attempts
from bench.reviewing import Reviews, saved_reviews
from bench.students import PublishedCourse, Student, auth_headers
from bench.submissions import Homework, saved_drafts
from bench.template_course import LESSONS, VIDEO_SECONDS, new_video
from learnstream.clock import now
from learnstream.documents import Progress, Video, VideoStatus, WebhookEvent, WebhookState

COURSES = 200  # that are read, out of all
ACTIVE_STUDENTS = 300  # students who are active at the same time
# The active students are among these, also after the data set grew: they have watched everything already.
ORIGINAL_STUDENTS = 500
READERS = 200  # of documents
CATALOGUE_PAGES = 10  # of the catalogue
LESSONS_AT_ONCE = 4  # lessons that each student has open: successive heartbeats are for different records
STRETCHES_PER_SITTING = 20  # stretches that are watched before the next lessons
WEBHOOK_EVENTS = 500  # webhook events sent before the measured ones: each is about its own video, so any will do

# Counted over the whole run: heartbeats sent before the data set grew add nothing afterwards.
_sittings = count()

T = TypeVar("T")
Requests = Iterator[bytes]


@dataclass(frozen=True)
class Scenario:
    """One kind of request. `requests` yields `distinct` different ones, or never ends if each is sent only `once`.

    If sent once, the first `distinct` requests cover everything that the following ones are about.
    target: the least share of the ceiling's rate. effect: counts the effects of the requests so far.
    """

    name: str
    ceiling: str
    target: float
    requests: Callable[[], Requests]
    distinct: int
    status: int = 200
    once: bool = False
    effect: Callable[[], int] | None = None


def ceiling_requests() -> dict[str, list[bytes]]:
    """Return the requests for each ceiling, by its name."""
    return {
        "bare": [request("GET", "/bare")],
        "redis": [request("GET", f"/redis/{number}") for number in range(ceilings.KEYS)],
        "find_one": [request("GET", f"/find/{number}") for number in range(ceilings.KEYS)],
        "upsert": [request("PUT", f"/upsert/{number}") for number in range(ceilings.KEYS)],
    }


class Scenarios:
    """The scenarios, for a data set. `etag` returns the current ETag of a path."""

    def __init__(self, dataset: Dataset, *, webhook_secret: str, etag: Callable[[str], str]) -> None:
        self.dataset = dataset
        self.webhook_secret = webhook_secret
        self.etag = etag

    def all(self) -> list[Scenario]:
        return [
            *self._public("GET /courses", self._pages, CATALOGUE_PAGES),
            *self._public("GET /courses/{id}", lambda: self._each_course(""), COURSES),
            *self._public("GET /courses/{id}/lessons", lambda: self._each_course("/lessons"), COURSES),
            Scenario("GET /lessons/{id}/playback", "redis", 0.45, self._playbacks, ACTIVE_STUDENTS),
            Scenario("GET /lessons/{id}/document", "redis", 0.45, self._documents, READERS),
            Scenario("GET /users/me/enrollments", "find_one", 0.55, self._enrollments, ACTIVE_STUDENTS),
            Scenario("GET /courses/{id}/progress", "find_one", 0.55, self._course_progress, ACTIVE_STUDENTS),
            Scenario("GET /notifications/count", "redis", 0.50, self._unread_counts, ACTIVE_STUDENTS),
            Scenario(
                "PUT /lessons/{id}/progress, new seconds",
                *("upsert", 0.30, self._new_seconds, ACTIVE_STUDENTS * LESSONS_AT_ONCE),
                once=True,
                effect=credited_heartbeats,
            ),
            Scenario("PUT /lessons/{id}/progress, nothing new", "find_one", 0.45, self._nothing_new, ACTIVE_STUDENTS),
            Scenario(
                "POST /lessons/{id}/attempts, 30 questions",
                *("upsert", 0.15, lambda: self._quizzes.starts(), ACTIVE_STUDENTS),
                status=201,
                once=True,
                effect=started_attempts,
            ),
            Scenario(
                "PUT /attempts/{id}/answers",
                *("upsert", 0.20, lambda: self._quizzes.saves(), ACTIVE_STUDENTS),
                once=True,
                effect=saved_answers,
            ),
            Scenario(
                "PUT /lessons/{id}/submission",
                *("upsert", 0.20, lambda: self._homework.saves(), ACTIVE_STUDENTS),
                once=True,
                effect=saved_drafts,
            ),
            Scenario(
                "PUT /courses/{id}/reviews/mine",
                *("upsert", 0.20, lambda: self._reviews.saves(), ACTIVE_STUDENTS),
                once=True,
                effect=saved_reviews,
            ),
            Scenario(
                "POST /webhooks/mux",
                "upsert",
                0.30,
                self._webhook_events,
                WEBHOOK_EVENTS,
                once=True,
                effect=applied_events,
            ),
        ]

    def _public(self, name: str, paths: Callable[[], Iterator[str]], number: int) -> list[Scenario]:
        """Return a public read, and the same as a conditional request."""
        return [
            Scenario(name, "redis", 0.65, lambda: (request("GET", path) for path in paths()), number),
            Scenario(
                f"{name}, 304",
                *("redis", 0.75),
                lambda: (request("GET", path, headers={"If-None-Match": self.etag(path)}) for path in paths()),
                number,
                status=304,
            ),
        ]

    def _pages(self) -> Iterator[str]:
        return (f"/courses?page={page}" for page in range(1, CATALOGUE_PAGES + 1))

    def _each_course(self, suffix: str) -> Iterator[str]:
        return (f"/courses/{course.id}{suffix}" for course in evenly_spaced(self.dataset.courses, COURSES))

    def _active_students(self) -> list[Student]:
        return evenly_spaced(self.dataset.students[:ORIGINAL_STUDENTS], ACTIVE_STUDENTS)

    def _unread_counts(self) -> Requests:
        for student in self._active_students():
            yield request("GET", "/notifications/count", headers=auth_headers(student))

    def _playbacks(self) -> Requests:
        for number, student in enumerate(self._active_students()):
            lesson = student.courses[0].lessons[number % LESSONS]
            yield request("GET", f"/lessons/{lesson}/playback", headers=auth_headers(student))

    @cached_property
    def _handouts(self) -> PublishedCourse:
        return self.dataset.add_handouts(self._readers())

    @cached_property
    def _quizzes(self) -> Quizzes:
        return Quizzes(self.dataset, self._active_students())

    @cached_property
    def _homework(self) -> Homework:
        return Homework(self.dataset, self._active_students())

    @cached_property
    def _reviews(self) -> Reviews:
        return Reviews(self._active_students(), lambda student: student.courses[0].id)

    def _readers(self) -> list[Student]:
        """Return students who are not active otherwise, whose lists a further enrollment does not make longer."""
        return self.dataset.students[:ORIGINAL_STUDENTS][-READERS:]

    def _documents(self) -> Requests:
        for number, student in enumerate(self._readers()):
            lesson = self._handouts.lessons[number % LESSONS]
            yield request("GET", f"/lessons/{lesson}/document", headers=auth_headers(student))

    def _enrollments(self) -> Requests:
        for student in self._active_students():
            yield request("GET", "/users/me/enrollments", headers=auth_headers(student))

    def _course_progress(self) -> Requests:
        for student in self._active_students():
            yield request("GET", f"/courses/{student.courses[0].id}/progress", headers=auth_headers(student))

    def _new_seconds(self) -> Requests:
        """Report new seconds continually: each student watches several lessons a stretch at a time, then the next ones.

        Every call begins its own sitting, in which the lessons stay the same.
        """
        for sitting in _sittings:
            lesson, part = divmod(sitting, VIDEO_SECONDS // STRETCH_SECONDS // STRETCHES_PER_SITTING)
            first = 1 + lesson // LESSONS % 2 * LESSONS_AT_ONCE
            players = [
                Player.start_viewing(student, student.courses[first + place], lesson % LESSONS)
                for place in range(LESSONS_AT_ONCE)
                for student in self._active_students()
            ]
            for stretch in range(part * STRETCHES_PER_SITTING, (part + 1) * STRETCHES_PER_SITTING):
                yield from (player.heartbeat(stretch) for player in players)

    def _nothing_new(self) -> Requests:
        for number, student in enumerate(self._active_students()):
            yield Player.start_viewing(student, student.courses[0], number % LESSONS).heartbeat(0)

    def _webhook_events(self) -> Requests:
        """Report one video after the other as ready."""
        while True:
            videos = [new_video(status=VideoStatus.PREPARING) for _ in range(1000)]
            Video.collection().insert_many(videos, ordered=False)
            for video in videos:
                body = json.dumps(_ready_event(video)).encode()
                yield request("POST", "/webhooks/mux", headers=self._signature(body) | JSON, body=body)

    def _signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        digest = hmac.digest(self.webhook_secret.encode(), timestamp.encode() + b"." + body, "sha256")
        return {"Mux-Signature": f"t={timestamp},v1={digest.hex()}"}


def _ready_event(video: Mapping[str, Any]) -> dict[str, Any]:
    """Build a webhook event as long as Mux's."""
    asset = {
        "id": video["asset_id"],
        "status": "ready",
        "passthrough": str(video["_id"]),
        "upload_id": video["upload_id"],
        "playback_ids": [{"policy": "signed", "id": video["playback_id"]}],
        "duration": 600.12,
        "aspect_ratio": "16:9",
        "max_stored_resolution": "HD",
        "max_stored_frame_rate": 29.97,
        "tracks": [
            {"type": "video", "max_width": 1920, "max_height": 1080, "max_frame_rate": 29.97, "id": uuid4().hex},
            {"type": "audio", "max_channels": 2, "max_channel_layout": "stereo", "id": uuid4().hex},
        ],
        "created_at": int(time.time()) - 60,
        "video_quality": "plus",
        "mp4_support": "none",
        "master_access": "none",
    }
    return {
        "type": "video.asset.ready",
        "id": str(uuid4()),
        "created_at": (now() - timedelta(seconds=1)).isoformat(),
        "object": {"type": "asset", "id": video["asset_id"]},
        "environment": {"name": "Production", "id": "bench"},
        "data": asset,
        "request_id": None,
        "accessor": None,
        "accessor_source": None,
        "attempts": [],
    }


def credited_heartbeats() -> int:
    """Return the number of heartbeats that added seconds."""
    found = Progress.collection().aggregate([{"$group": {"_id": None, "seconds": {"$sum": "$credited"}}}])
    return next((int(each["seconds"]) // STRETCH_SECONDS for each in found), 0)


def applied_events() -> int:
    """Return the number of webhook events that were stored and applied."""
    return WebhookEvent.collection().count_documents({"state": WebhookState.APPLIED.value})


def evenly_spaced(items: Sequence[T], number: int) -> list[T]:
    """Choose so many evenly spaced items, always the same ones."""
    return list(items[:: max(1, len(items) // number)][:number])


def take(requests: Requests, number: int) -> list[bytes]:
    return list(islice(requests, number))
