"""Fill an empty LearnStream with the demo school. Existing data is left unchanged."""

from pathlib import Path
from typing import Any

from devstack.demo import announcements, attempts, books, homework, people, pictures, quiz, reviews, sale
from devstack.demo.client import Client, wait_until
from devstack.demo.content import (
    COURSES,
    HANDOUT,
    INSTRUCTORS,
    PROGRAM,
    PROGRAM_LEARNER,
    STUDENTS,
    SUBJECT,
    SUBJECT_TEACHER,
    VIDEO_SECONDS,
    DemoUser,
)
from devstack.errors import DevstackError
from devstack.local.secrets_file import SecretsFile
from devstack.local.state import Account
from devstack.mux import samples
from devstack.mux.encoder import Encoder
from devstack.terminal.console import step


class Seed:
    """The demo school, created through the API at `url`.

    Set `upload_videos` to False if a real video service is configured: its webhooks would not reach this machine.
    """

    def __init__(self, url: str, directory: Path, secrets: SecretsFile, *, upload_videos: bool = True) -> None:
        self.url, self.directory, self.secrets, self.upload_videos = url, directory, secrets, upload_videos

    def run(self, admin: Account) -> list[Account]:
        """Return all accounts, the administrator's first."""
        accounts = [admin, *(self._account(user) for user in (*INSTRUCTORS, *STUDENTS))]
        if not self._is_done():
            with step("making demo accounts and courses"):
                self._create_users(admin)
                administrator = Client.signed_in(self.url, admin["email"], admin["password"])
                people.load(administrator, upload_checked)
                self._upload_missing_photos()
                self._create_subject(admin)
                books.load(self._sign_in(INSTRUCTORS[0]), upload_checked)
                courses = [self._create_course(*each) for each in COURSES]
                self._take_quizzes(courses[0])
                homework.fill(self._sign_in, INSTRUCTORS[0], courses[0], upload_checked)
                reviews.fill(self._sign_in, *courses)
                announcements.announce(self._sign_in(INSTRUCTORS[0]), courses[0])
                sale.offer(administrator, self._create_course(sale.COURSE, INSTRUCTORS[1], ()))
                self._create_program(admin, courses)
                people.fill(administrator)
        return accounts

    def _is_done(self) -> bool:
        """True if the last class has its last member, who is added last."""
        try:
            return bool(self._sign_in(people.GROUPS[-1].members[-1]).call("GET", "/users/me/groups"))
        except DevstackError:
            return False

    def _account(self, user: DemoUser) -> Account:
        password = self.secrets.secret(f"password of {user.email}", size=9)
        return {"role": user.role, "email": user.email, "password": password}

    def _sign_in(self, user: DemoUser) -> Client:
        return Client.signed_in(self.url, user.email, self._account(user)["password"])

    def _create_subject(self, admin: Account) -> None:
        """Create the subject with its teacher, before the course that names it."""
        client = Client.signed_in(self.url, admin["email"], admin["password"])
        client.call("POST", "/admin/subjects", ignore_code="subject_exists", **SUBJECT)
        [subject] = [each for each in client.call("GET", "/admin/subjects") if each["name"] == SUBJECT["name"]]
        teacher = self._sign_in(SUBJECT_TEACHER).call("GET", "/users/me")
        client.call("PUT", f"/admin/subjects/{subject['id']}/teachers", teacher_ids=[teacher["id"]])

    def _create_program(self, admin: Account, course_ids: list[str]) -> None:
        client = Client.signed_in(self.url, admin["email"], admin["password"])
        existing = [each for each in client.call("GET", "/programs") if each["title"] == PROGRAM["title"]]
        program = existing[0] if existing else client.call("POST", "/admin/programs", course_ids=course_ids, **PROGRAM)
        learner = self._sign_in(PROGRAM_LEARNER).call("GET", "/users/me")
        client.call("POST", f"/admin/programs/{program['id']}/members", user_ids=[learner["id"]])

    def _create_users(self, admin: Account) -> None:
        client = Client.signed_in(self.url, admin["email"], admin["password"])
        for user in (*INSTRUCTORS, *STUDENTS, *reviews.READERS):
            client.call("POST", "/admin/users", ignore_code="email_taken", name=user.name, **self._account(user))

    def _upload_missing_photos(self) -> None:
        for user in (*INSTRUCTORS, *STUDENTS):
            client = self._sign_in(user)
            if not client.call("GET", "/users/me")["photo"]:
                file_id = upload_checked(client, "photo", f"{user.name}.jpg", pictures.face(user.name))
                client.call("PUT", "/users/me/photo", file_id=file_id)

    def _create_course(self, content: dict[str, Any], instructor: DemoUser, students: tuple[DemoUser, ...]) -> str:
        """Create a course with its students. Return its id."""
        instructor_client = self._sign_in(instructor)
        course = self._find_or_create_course(instructor_client, content)
        if course["status"] == "draft":
            self._fill(instructor_client, course["id"], content)
            if content.get("cover") and not course["cover"]:
                file_id = upload_checked(instructor_client, "photo", "cover.jpg", content["cover"]())
                instructor_client.call("PATCH", f"/courses/{course['id']}", cover=file_id)
            instructor_client.call("POST", f"/courses/{course['id']}/publish", note="The first version")
        for student in students:
            self._sign_in(student).call("POST", f"/courses/{course['id']}/enroll", ignore_code="already_enrolled")
        return str(course["id"])

    def _take_quizzes(self, course_id: str) -> None:
        for student, tries in attempts.TRIES:
            learner = self._sign_in(student)
            for lesson in learner.call("GET", f"/courses/{course_id}/lessons"):
                if lesson["kind"] == "quiz":
                    attempts.take(learner, lesson["id"], *tries)

    def _find_or_create_course(self, instructor_client: Client, content: dict[str, Any]) -> dict[str, Any]:
        own_courses = instructor_client.call("GET", "/users/me/courses?page_size=100")
        existing = [course for course in own_courses if course["title"] == content["course"]["title"]]
        return existing[0] if existing else instructor_client.call("POST", "/courses", **content["course"])

    def _fill(self, instructor_client: Client, course_id: str, content: dict[str, Any]) -> None:
        """Create the missing lessons, then write the outline."""
        draft = instructor_client.call("GET", f"/courses/{course_id}/lessons?draft=true")
        existing = {lesson["title"]: lesson for lesson in draft}
        modules, all_lessons = [], []
        for title, lessons in content["modules"].items():
            module_lessons = [
                existing.get(each["title"]) or self._create_lesson(instructor_client, course_id, each)
                for each in lessons
            ]
            self._upload_missing_videos(instructor_client, module_lessons)
            self._upload_missing_documents(instructor_client, module_lessons)
            _put_missing_quizzes(instructor_client, course_id, module_lessons)
            homework.put_missing(instructor_client, module_lessons)
            all_lessons += module_lessons
            modules.append({"title": title, "lesson_ids": [lesson["id"] for lesson in module_lessons]})
        instructor_client.call("PUT", f"/courses/{course_id}/outline", modules=modules)
        if content.get("graded"):
            homework.put_grading(instructor_client, course_id, all_lessons)
        if content.get("reading"):
            books.put_reading_list(instructor_client, course_id)

    @staticmethod
    def _create_lesson(instructor_client: Client, course_id: str, content: dict[str, Any]) -> dict[str, Any]:
        lesson: dict[str, Any] = instructor_client.call("POST", f"/courses/{course_id}/lessons", **content)
        return lesson

    def _upload_missing_videos(self, instructor_client: Client, lessons: list[dict[str, Any]]) -> None:
        for lesson in lessons:
            is_ready = lesson["video"] and lesson["video"]["status"] == "ready"
            if lesson["kind"] == "video" and not is_ready and self.upload_videos:
                self._upload(instructor_client, lesson["id"])

    def _upload(self, instructor_client: Client, lesson_id: str) -> None:
        """Upload a real video and wait until it is ready: upload, encoding, webhooks."""
        response = instructor_client.call("POST", f"/lessons/{lesson_id}/video/upload", cors_origin=self.url)
        instructor_client.put_file(response["upload"]["url"], sample(self.directory))
        wait_until(
            lambda: instructor_client.call("GET", f"/lessons/{lesson_id}?draft=true")["video"]["status"] == "ready",
            failing="The demo video did not become ready; see .devstack/logs/mux.log and web.log.",
        )

    def _upload_missing_documents(self, instructor_client: Client, lessons: list[dict[str, Any]]) -> None:
        for lesson in lessons:
            if lesson["kind"] == "document" and not lesson["document"]:
                file_id = upload_checked(instructor_client, "document", HANDOUT.name, HANDOUT.read_bytes())
                instructor_client.call("PUT", f"/lessons/{lesson['id']}/document", file_id=file_id)


def _put_missing_quizzes(instructor_client: Client, course_id: str, lessons: list[dict[str, Any]]) -> None:
    for lesson in lessons:
        if lesson["kind"] == "quiz" and not lesson["quiz"]:
            quiz.put(instructor_client, course_id, lesson["id"])


def upload_checked(client: Client, purpose: str, name: str, data: bytes) -> str:
    """Upload a file and wait until a worker has checked it. Return the file's id."""
    created = client.call("POST", "/files", purpose=purpose, name=name, size=len(data))
    path, upload = f"/files/{created['id']}", created["upload"]
    client.put(upload["url"], data, upload["headers"])
    client.call("POST", f"{path}/complete")
    wait_until(
        lambda: client.call("GET", path)["state"] == "ready",
        failing=f"The demo {purpose} did not become ready; see .devstack/logs/worker.log.",
    )
    return str(created["id"])


def sample(directory: Path) -> Path:
    """Create a real video file for developers to try uploads with."""
    path = samples.create(Encoder(), directory, f"sample-{VIDEO_SECONDS}s.mp4")
    if path is None:
        raise DevstackError("ffmpeg made no sample video.")
    return path
