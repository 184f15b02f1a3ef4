"""Fill an empty LearnStream with the demo school. Existing data is left unchanged."""

import time
from pathlib import Path
from typing import Any

from devstack.demo.client import Client
from devstack.demo.content import COURSES, INSTRUCTORS, STUDENTS, VIDEO_SECONDS, Person
from devstack.errors import DevstackError
from devstack.local.secrets_file import Kept
from devstack.local.state import Account
from devstack.mux import samples
from devstack.mux.encoder import Encoder
from devstack.terminal.console import step

ENCODING_SECONDS = 60


class Seed:
    """The demo school, created through the API at `url`.

    Set `takes_uploads` to False if a real video service is configured: its webhooks would not reach this machine.
    """

    def __init__(self, url: str, directory: Path, kept: Kept, *, takes_uploads: bool = True) -> None:
        self.url, self.directory, self.kept, self.takes_uploads = url, directory, kept, takes_uploads

    def run(self, admin: Account) -> list[Account]:
        """Return all accounts, the administrator's first."""
        everybody = [admin, *(self._account(person) for person in (*INSTRUCTORS, *STUDENTS))]
        if not self._is_done():
            with step("making demo accounts and courses"):
                self._make_people(admin)
                for plan, instructor, students in COURSES:
                    self._make_course(plan, instructor, students)
        return everybody

    def _is_done(self) -> bool:
        """True if the last student has their last enrollment, which is created last."""
        last = COURSES[-1][2][-1]
        try:
            seats = self._sign_in(last).call("GET", "/users/me/enrollments")
        except DevstackError:
            return False
        return len(seats) == sum(last in students for _, _, students in COURSES)

    def _account(self, person: Person) -> Account:
        password = self.kept.secret(f"password of {person.email}", size=9)
        return {"role": person.role, "email": person.email, "password": password}

    def _sign_in(self, person: Person) -> Client:
        return Client.signed_in(self.url, person.email, self._account(person)["password"])

    def _make_people(self, admin: Account) -> None:
        client = Client.signed_in(self.url, admin["email"], admin["password"])
        for person in (*INSTRUCTORS, *STUDENTS):
            client.call("POST", "/admin/users", unless="email_taken", name=person.name, **self._account(person))

    def _make_course(self, plan: dict[str, Any], instructor: Person, students: tuple[Person, ...]) -> None:
        teacher = self._sign_in(instructor)
        course = self._begin(teacher, plan)
        if course["status"] == "draft":
            self._fill(teacher, course["id"], plan)
            teacher.call("POST", f"/courses/{course['id']}/publish", note="The first version")
        for student in students:
            self._sign_in(student).call("POST", f"/courses/{course['id']}/enroll", unless="already_enrolled")

    def _begin(self, teacher: Client, plan: dict[str, Any]) -> dict[str, Any]:
        mine = teacher.call("GET", "/users/me/courses?page_size=100")
        begun = [course for course in mine if course["title"] == plan["course"]["title"]]
        return begun[0] if begun else teacher.call("POST", "/courses", **plan["course"])

    def _fill(self, teacher: Client, course_id: str, plan: dict[str, Any]) -> None:
        """Create the missing lessons, then write the outline."""
        draft = teacher.call("GET", f"/courses/{course_id}/lessons?draft=true")
        known = {lesson["title"]: lesson for lesson in draft}
        modules = []
        for title, lessons in plan["modules"].items():
            made = [known.get(each["title"]) or self._make_lesson(teacher, course_id, each) for each in lessons]
            self._make_videos_ready(teacher, made)
            modules.append({"title": title, "lesson_ids": [lesson["id"] for lesson in made]})
        teacher.call("PUT", f"/courses/{course_id}/outline", modules=modules)

    @staticmethod
    def _make_lesson(teacher: Client, course_id: str, plan: dict[str, Any]) -> dict[str, Any]:
        lesson: dict[str, Any] = teacher.call("POST", f"/courses/{course_id}/lessons", **plan)
        return lesson

    def _make_videos_ready(self, teacher: Client, lessons: list[dict[str, Any]]) -> None:
        for lesson in lessons:
            is_ready = lesson["video"] and lesson["video"]["status"] == "ready"
            if lesson["kind"] == "video" and not is_ready and self.takes_uploads:
                self._upload(teacher, lesson["id"])

    def _upload(self, teacher: Client, lesson_id: str) -> None:
        """Upload a real video and wait until it is ready: upload, encoding, webhooks."""
        answer = teacher.call("POST", f"/lessons/{lesson_id}/video/upload", cors_origin=self.url)
        teacher.put_file(answer["upload"]["url"], sample(self.directory))
        deadline = time.monotonic() + ENCODING_SECONDS
        while teacher.call("GET", f"/lessons/{lesson_id}?draft=true")["video"]["status"] != "ready":
            if time.monotonic() > deadline:
                raise DevstackError("The demo video did not become ready; see .devstack/logs/mux.log and web.log.")
            time.sleep(0.2)


def sample(directory: Path) -> Path:
    """Create a real video file for developers to try uploads with."""
    path = samples.make(Encoder(), directory, f"sample-{VIDEO_SECONDS}s.mp4")
    if path is None:
        raise DevstackError("ffmpeg made no sample video.")
    return path
