"""The wishes of clients while parts of the system are killed: each is a request that can be repeated safely."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count, product
from typing import Any
from uuid import uuid4

import requests

from learnstream.clock import now
from tests.faults.school import PASSWORD, School

# Enough wishes for each round of kills.
LEARNERS = 6
COURSES = 8
LESSONS = 10
UPLOADS = 10
SECONDS = 5


@dataclass
class Wish:
    """A request, its subject, and the body that acknowledged it."""

    send: Callable[[], requests.Response]
    about: dict[str, Any] = field(default_factory=dict)
    answer: Any = None
    repeats: int = -1
    refusal: str = ""

    def ask(self) -> bool:
        """Send it (again), and return whether it was acknowledged."""
        self.repeats += 1
        try:
            answer = self.send()
        except requests.RequestException as error:
            self.refusal = type(error).__name__
            return False
        self.refusal = "" if answer.ok else f"{answer.status_code} {answer.text}"
        self.answer = answer.json() if answer.ok else None
        return answer.ok


Wishes = Iterator[Wish]


def registrations(school: School, _rounds: int = 1) -> Wishes:
    def register(email: str) -> requests.Response:
        body = {"name": "Nina", "email": email, "password": PASSWORD}
        return school.guest.ask("POST", "/auth/register", json=body)

    for person in iter(school.newcomer, None):
        yield Wish(partial(register, person.email), {"email": person.email})


def enrolments(school: School, rounds: int) -> Wishes:
    owner = school.instructor()
    courses = [school.course_of_texts(owner, 1)[0] for _ in range(COURSES * rounds)]
    learners = [school.person() for _ in range(LEARNERS)]
    return (
        Wish(
            partial(learner.ask, "POST", f"/courses/{course_id}/enroll", key=uuid4().hex),
            {"user_id": learner.id, "course_id": course_id},
        )
        for course_id, learner in product(courses, learners)
    )


def publications(school: School, _rounds: int = 1) -> Wishes:
    """Publish a draft repeatedly; its learner moves along."""
    owner = school.instructor()
    course_id, _ = school.course_of_texts(owner, 1)
    school.learner_of(course_id)

    def publish(note: str) -> Wish:
        send = partial(owner.ask, "POST", f"/courses/{course_id}/publish", json={"note": note}, key=note)
        return Wish(send, {"course_id": course_id, "note": note})

    return (publish(f"note {number}") for number in count(1))


def completions(school: School, rounds: int) -> Wishes:
    """Open texts, which completes them."""
    course_id, lessons = school.course_of_texts(school.instructor(), LESSONS * rounds)
    learners = [school.learner_of(course_id) for _ in range(LEARNERS)]
    return (
        Wish(
            partial(learner.ask, "PUT", f"/lessons/{lesson_id}/progress", json={"opened": True}),
            {"user_id": learner.id, "lesson_id": lesson_id},
        )
        for lesson_id, learner in product(lessons, learners)
    )


def heartbeats(school: School, _rounds: int = 1) -> Wishes:
    """Watch the first seconds of a video repeatedly."""
    course = school.course(school.instructor())
    learner = school.learner(course)
    path = f"/lessons/{course.video}/progress"

    def watch(seq: int) -> Wish:
        moment, second = now().isoformat(), seq % SECONDS
        played = [{"from": second, "to": second + 1, "at": moment}]
        body = {"seq": seq, "client_time": moment, "position": second, "played": played}
        about = {"user_id": learner.id, "lesson_id": course.video, "seq": seq}
        return Wish(partial(learner.ask, "PUT", path, json=body), about)

    return map(watch, count(1))


def events(school: School, rounds: int) -> Wishes:
    """Deliver the video service's webhook events."""
    owner = school.instructor()
    course_id = owner.do("POST", "/courses", title="Geology")["id"]
    told = []
    for _ in range(UPLOADS * rounds):
        lesson_id = school.lesson(owner, course_id, kind="video")
        asked = owner.do("POST", f"/lessons/{lesson_id}/video/upload")
        told += [(asked["video"]["id"], event) for event in school.events_of(asked["upload"]["id"])]
    return (
        Wish(partial(school.deliver, event), {"event_id": event.id, "video_id": video_id}) for video_id, event in told
    )


def uploads(school: School, _rounds: int = 1) -> Wishes:
    """Replace a lesson's video repeatedly, before its file has arrived."""
    owner = school.instructor()
    course_id = owner.do("POST", "/courses", title="Botany")["id"]
    lesson_id = school.lesson(owner, course_id, kind="video")
    path = f"/lessons/{lesson_id}/video/upload"
    return (Wish(partial(owner.ask, "POST", path, json={}, key=uuid4().hex), {"lesson_id": lesson_id}) for _ in count())


KINDS: dict[str, Callable[[School, int], Wishes]] = {
    "register": registrations,
    "enrol": enrolments,
    "publish": publications,
    "complete": completions,
    "watch": heartbeats,
    "webhook": events,
    "upload": uploads,
}
