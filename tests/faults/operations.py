"""Operations of clients while parts of the system are killed: each is a request that can be repeated safely."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count, product
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from learnstream.clock import now
from tests.faults.seeder import LONGEST, PASSWORD, Seeder

PDF = Path(__file__).parents[1] / "data" / "documents" / "chromium.pdf"

# Enough operations for each round of kills.
LEARNERS = 6
COURSES = 8
LESSONS = 10
UPLOADS = 10
SECONDS = 5


@dataclass
class Operation:
    """A request, its subject, and the body that acknowledged it."""

    send: Callable[[], requests.Response]
    subject: dict[str, Any] = field(default_factory=dict)
    response: Any = None
    repeats: int = -1
    error: str = ""

    def send_again(self) -> bool:
        """Send it (again), and return whether it was acknowledged."""
        self.repeats += 1
        try:
            response = self.send()
        except requests.RequestException as error:
            self.error = type(error).__name__
            return False
        self.error = "" if response.ok else f"{response.status_code} {response.text}"
        self.response = response.json() if response.ok else None
        return response.ok


Operations = Iterator[Operation]


def registrations(seeder: Seeder, _rounds: int = 1) -> Operations:
    def register(email: str) -> requests.Response:
        body = {"name": "Nina", "email": email, "password": PASSWORD}
        return seeder.guest.request("POST", "/auth/register", json=body)

    for person in iter(seeder.newcomer, None):
        yield Operation(partial(register, person.email), {"email": person.email})


def enrollments(seeder: Seeder, rounds: int) -> Operations:
    owner = seeder.instructor()
    courses = [seeder.course_of_texts(owner, 1)[0] for _ in range(COURSES * rounds)]
    learners = [seeder.person() for _ in range(LEARNERS)]
    return (
        Operation(
            partial(learner.request, "POST", f"/courses/{course_id}/enroll", key=uuid4().hex),
            {"user_id": learner.id, "course_id": course_id},
        )
        for course_id, learner in product(courses, learners)
    )


def publications(seeder: Seeder, _rounds: int = 1) -> Operations:
    """Publish a draft repeatedly; its learner moves along."""
    owner = seeder.instructor()
    course_id, _ = seeder.course_of_texts(owner, 1)
    seeder.learner_of(course_id)

    def publish(note: str) -> Operation:
        send = partial(owner.request, "POST", f"/courses/{course_id}/publish", json={"note": note}, key=note)
        return Operation(send, {"course_id": course_id, "note": note})

    return (publish(f"note {number}") for number in count(1))


def completions(seeder: Seeder, rounds: int) -> Operations:
    """Open texts, which completes them."""
    course_id, lessons = seeder.course_of_texts(seeder.instructor(), LESSONS * rounds)
    learners = [seeder.learner_of(course_id) for _ in range(LEARNERS)]
    return (
        Operation(
            partial(learner.request, "PUT", f"/lessons/{lesson_id}/progress", json={"opened": True}),
            {"user_id": learner.id, "lesson_id": lesson_id},
        )
        for lesson_id, learner in product(lessons, learners)
    )


def heartbeats(seeder: Seeder, _rounds: int = 1) -> Operations:
    """Watch the first seconds of a video repeatedly."""
    course = seeder.course(seeder.instructor())
    learner = seeder.learner(course)
    path = f"/lessons/{course.video}/progress"

    def report(seq: int) -> Operation:
        moment, second = now().isoformat(), seq % SECONDS
        played = [{"from": second, "to": second + 1, "at": moment}]
        body = {"seq": seq, "client_time": moment, "position": second, "played": played}
        subject = {"user_id": learner.id, "lesson_id": course.video, "seq": seq}
        return Operation(partial(learner.request, "PUT", path, json=body), subject)

    return map(report, count(1))


def events(seeder: Seeder, rounds: int) -> Operations:
    """Deliver the video service's webhook events."""
    owner = seeder.instructor()
    course_id = owner.request_json("POST", "/courses", title="Geology")["id"]
    told = []
    for _ in range(UPLOADS * rounds):
        lesson_id = seeder.lesson(owner, course_id, kind="video")
        asked = owner.request_json("POST", f"/lessons/{lesson_id}/video/upload")
        told += [(asked["video"]["id"], event) for event in seeder.events_of(asked["upload"]["id"])]
    return (
        Operation(partial(seeder.deliver, event), {"event_id": event.id, "video_id": video_id})
        for video_id, event in told
    )


def uploads(seeder: Seeder, _rounds: int = 1) -> Operations:
    """Replace a lesson's video repeatedly, before its file has arrived."""
    owner = seeder.instructor()
    course_id = owner.request_json("POST", "/courses", title="Botany")["id"]
    lesson_id = seeder.lesson(owner, course_id, kind="video")
    path = f"/lessons/{lesson_id}/video/upload"
    return (
        Operation(partial(owner.request, "POST", path, json={}, key=uuid4().hex), {"lesson_id": lesson_id})
        for _ in count()
    )


def files(seeder: Seeder, _rounds: int = 1) -> Operations:
    """Create, upload and complete documents."""
    owner = seeder.instructor()

    def send(number: int, key: str) -> requests.Response:
        data = PDF.read_bytes() + b"\n" * number
        new = {"purpose": "document", "name": f"Moon {number}.pdf", "size": len(data)}
        created = owner.request("POST", "/files", json=new, key=key)
        if not created.ok:
            return created
        uploaded = requests.put(created.json()["upload"]["url"], data=data, timeout=LONGEST)
        # Closed: it was completed before, and only the response was lost.
        if not uploaded.ok and "upload_closed" not in uploaded.text:
            return uploaded
        return owner.request("POST", f"/files/{created.json()['id']}/complete")

    return (Operation(partial(send, number, uuid4().hex), {"user_id": owner.id}) for number in count())


KINDS: dict[str, Callable[[Seeder, int], Operations]] = {
    "register": registrations,
    "enroll": enrollments,
    "publish": publications,
    "complete": completions,
    "watch": heartbeats,
    "webhook": events,
    "upload": uploads,
    "file": files,
}
