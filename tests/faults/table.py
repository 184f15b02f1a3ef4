"""The design's table: what works while a store is away, as requests and their expected responses."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from requests import Response

from learnstream.clock import now
from tests.faults.school import PASSWORD, Person, School

STORES = ("postgres", "mongodb", "redis")


@dataclass(frozen=True)
class Ask:
    """A request, and its expected status while each store is away.

    `well` is its status while all are up; `seen`: it was answered before, and must be answered the same.
    """

    name: str
    send: Callable[[], Response]
    away: tuple[int, int, int]
    well: int = 200
    seen: bool = False

    def status_without(self, store: str) -> int:
        return self.away[STORES.index(store)]


Row = Callable[[School], list[Ask]]


def catalogue(school: School) -> list[Ask]:
    owner = school.instructor()
    known, unknown = school.course(owner), school.course(owner)
    guest, learner = school.guest, school.learner(known)
    seen = {"away": (200, 200, 200), "seen": True}
    unseen = {"away": (200, 503, 200)}
    return [
        Ask("catalogue", get(guest, "/courses"), **seen),
        Ask("course", get(guest, known.path), **seen),
        Ask("outline", get(guest, f"{known.path}/lessons"), **seen),
        Ask("preview", get(guest, f"/lessons/{known.preview}"), **seen),
        Ask("text", get(learner, f"/lessons/{known.text}"), **seen),
        Ask("unseen course", get(guest, unknown.path), **unseen),
        Ask("unseen preview", get(guest, f"/lessons/{unknown.preview}"), **unseen),
    ]


def playback(school: School) -> list[Ask]:
    owner = school.instructor()
    known, unknown = school.course(owner), school.course(owner)
    learner, newcomer, stranger = school.learner(known, unknown), school.learner(known), school.person()
    return [
        Ask("learner", play(learner, known.video), away=(200, 200, 200), seen=True),
        Ask("newcomer", play(newcomer, known.video), away=(503, 200, 200)),
        Ask("guest", play(school.guest, known.preview), away=(200, 200, 200), seen=True),
        Ask("failed", fail_to_play(learner, known.video), well=202, away=(202, 503, 202), seen=True),
        Ask("unseen lesson", play(learner, unknown.video), away=(503, 503, 200)),
        # The lack of a seat is not cached, so PostgreSQL is asked each time.
        Ask("stranger", play(stranger, known.video), away=(503, 403, 403), well=403, seen=True),
    ]


def progress(school: School) -> list[Ask]:
    course = school.course(school.instructor())
    learner, newcomer = school.learner(course), school.learner(course)
    known = {"away": (200, 503, 200), "seen": True}
    unknown = {"away": (503, 503, 200)}
    return [
        Ask("report", report(learner, course.video), **known),
        Ask("lesson", get(learner, f"/lessons/{course.video}/progress"), **known),
        Ask("course", get(learner, f"{course.path}/progress"), **known),
        Ask("what is open", get(learner, f"{course.path}/access"), **known),
        Ask("all courses", get(learner, "/users/me/progress"), **known),
        Ask("history", get(learner, "/users/me/history"), **known),
        Ask("newcomer's report", report(newcomer, course.video), **unknown),
        Ask("newcomer's courses", get(newcomer, "/users/me/progress"), **unknown),
    ]


def sign_in(school: School) -> list[Ask]:
    one, two, three = school.person(), school.person(), school.person()
    return [
        Ask("login", one.sign_in, away=(503, 200, 200)),
        Ask("refresh", two.refresh, away=(503, 200, 200)),
        Ask("register", register(school), away=(503, 201, 201), well=201),
        Ask("logout", leave_and_return(three), away=(503, 200, 200)),
        Ask("me", get(one, "/users/me"), away=(503, 200, 200), seen=True),
    ]


def enrol(school: School) -> list[Ask]:
    owner = school.instructor()
    known, unknown = school.course(owner), school.course(owner)
    learner, one, two = school.learner(known), school.person(), school.person()
    return [
        Ask("already", enroll(learner, known.path), away=(503, 409, 409), well=409, seen=True),
        Ask("seen course", come_and_go(one, known.path), away=(503, 204, 204), well=204),
        Ask("unseen course", come_and_go(two, unknown.path), away=(503, 503, 204), well=204),
    ]


def authoring(school: School) -> list[Ask]:
    owner = school.instructor()
    course = school.course(owner)
    refused = {"away": (503, 503, 200)}
    made = {"away": (503, 503, 201), "well": 201}
    lesson = {"title": "One more", "kind": "text"}
    return [
        Ask("edit", send(owner, "PATCH", course.path, summary="Stars"), **refused),
        Ask("edit lesson", send(owner, "PATCH", f"/lessons/{course.text}", title="Moons"), **refused),
        Ask("new course", send(owner, "POST", "/courses", title="Botany"), **made),
        Ask("new lesson", send(owner, "POST", f"{course.path}/lessons", **lesson), **made),
        Ask("publish", send(owner, "POST", f"{course.path}/publish"), **made),
        Ask("publish preview", get(owner, f"{course.path}/publish-preview"), **refused),
        Ask("diff", get(owner, f"{course.path}/versions/diff"), away=(200, 503, 200)),
        Ask("restore", send(owner, "POST", f"{course.path}/versions/1/restore"), **refused),
        Ask("migrate", send(owner, "POST", f"{course.path}/learners/migrate"), **refused),
        Ask("upload", send(owner, "POST", f"/lessons/{course.video}/video/upload"), **made),
    ]


def webhooks(school: School) -> list[Ask]:
    owner = school.instructor()
    course_id = owner.do("POST", "/courses", title="Geology")["id"]
    lesson_id = school.lesson(owner, course_id, kind="video")
    upload = owner.do("POST", f"/lessons/{lesson_id}/video/upload")["upload"]
    first = school.events_of(upload["id"])[0]
    return [
        Ask("kept", school.news, away=(200, 503, 200)),
        Ask("applied", lambda: school.deliver(first), away=(200, 503, 200)),
    ]


def background_work(school: School) -> list[Ask]:
    known = {"away": (503, 200, 200)}
    unknown = {"away": (503, 404, 404), "well": 404}
    return [
        Ask("followers", get(school.admin, "/admin/followers"), **known),
        Ask("parked events", get(school.admin, "/admin/parked-events"), **known),
        Ask("commands", get(school.admin, "/admin/commands"), **known),
        Ask("replay", send(school.admin, "POST", "/admin/followers/unknown/replay", from_position=1), **unknown),
        Ask("park", send(school.admin, "POST", "/admin/followers/unknown/park"), **unknown),
        *(
            Ask(f"{act} {kind}", send(school.admin, "POST", f"/admin/{kind}/999999/{act}"), **unknown)
            for kind in ("parked-events", "commands")
            for act in ("retry", "skip")
        ),
    ]


TABLE: dict[str, Row] = {
    "catalogue": catalogue,
    "playback": playback,
    "progress": progress,
    "sign-in": sign_in,
    "enrol": enrol,
    "authoring": authoring,
    "webhooks": webhooks,
    "background work": background_work,
}


def get(person: Person, path: str) -> Callable[[], Response]:
    return lambda: person.ask("GET", path)


def send(person: Person, method: str, path: str, **body: Any) -> Callable[[], Response]:
    return lambda: person.ask(method, path, json=body)


def play(person: Person, lesson_id: str) -> Callable[[], Response]:
    return get(person, f"/lessons/{lesson_id}/playback")


def fail_to_play(person: Person, lesson_id: str) -> Callable[[], Response]:
    return send(person, "POST", f"/lessons/{lesson_id}/playback/failed")


def enroll(person: Person, path: str) -> Callable[[], Response]:
    return send(person, "POST", f"{path}/enroll")


def come_and_go(person: Person, path: str) -> Callable[[], Response]:
    """Enroll, and leave again so that it can be repeated."""

    def come_and_go() -> Response:
        came = enroll(person, path)()
        return person.ask("DELETE", f"{path}/enroll") if came.status_code == 201 else came

    return come_and_go


def leave_and_return(person: Person) -> Callable[[], Response]:
    """Sign out, and in again so that it can be repeated."""

    def leave_and_return() -> Response:
        left = person.ask("POST", "/auth/logout")
        if left.status_code != 204:
            return left
        person.tokens = {}
        return person.sign_in()

    return leave_and_return


def report(person: Person, lesson_id: str) -> Callable[[], Response]:
    """Report the same heartbeat repeatedly."""
    moment = now().isoformat()
    played = [{"from": 0, "to": 4, "at": moment}]
    heartbeat = {"seq": 1, "client_time": moment, "position": 4, "played": played}
    return send(person, "PUT", f"/lessons/{lesson_id}/progress", **heartbeat)


def register(school: School) -> Callable[[], Response]:
    """Register a new user each time."""
    newcomers = map(School.newcomer, repeat(school))
    return lambda: school.guest.ask(
        "POST", "/auth/register", json={"name": "Nina", "email": next(newcomers).email, "password": PASSWORD}
    )
