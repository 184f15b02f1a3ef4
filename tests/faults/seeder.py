"""Users and courses, created over HTTP as by clients, so that only the server itself fills its caches."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pyotp
import requests

from devstack import stripe
from devstack.mux import Emulator, Event

ADMIN = {"email": "root@example.com", "password": "only the first of them"}
PASSWORD = "a walrus in the pantry"
DATA = Path(__file__).parents[1] / "data"
PDF, PHOTO = DATA / "documents" / "chromium.pdf", DATA / "photos" / "phone.jpg"
PEOPLE = Path(__file__).parents[1] / "data" / "people"
QUESTIONS = Path(__file__).parents[1] / "data" / "questions"
GRADES = Path(__file__).parents[1] / "data" / "grades"
BOOKS = Path(__file__).parents[1] / "data" / "books"
# No response may take longer, whatever fails.
LONGEST = 15.0

_number = count(1)


@dataclass
class Person:
    """A user with or without an account, signed in or not."""

    url: str
    email: str
    id: int = 0
    tokens: dict[str, Any] = field(default_factory=dict)
    recovery_codes: list[str] = field(default_factory=list)

    def request(self, method: str, path: str, *, key: str = "", **kwargs: Any) -> requests.Response:
        """Send a request; with a `key`, an idempotent one."""
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return requests.request(method, self.url + path, headers=headers, timeout=LONGEST, **kwargs)

    def request_json(self, method: str, path: str, **body: Any) -> Any:
        """Send a request that must succeed, and return the response's JSON."""
        response = self.request(method, path, json=body)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def sign_in(self, password: str = PASSWORD) -> requests.Response:
        return self._use_tokens(self.request("POST", "/auth/login", json={"email": self.email, "password": password}))

    def sign_in_with_recovery_code(self) -> requests.Response:
        """Sign in with password and recovery code; return the first response that is an error."""
        response = self.sign_in()
        if response.status_code != 403:
            return response
        body = {"mfa_token": response.json()["mfa_token"], "recovery_code": self.recovery_codes.pop()}
        return self._use_tokens(self.request("POST", "/auth/login/mfa", json=body))

    def refresh(self) -> requests.Response:
        return self._use_tokens(
            self.request("POST", "/auth/refresh", json={"refresh_token": self.tokens["refresh_token"]})
        )

    def _use_tokens(self, response: requests.Response) -> requests.Response:
        if response.ok:
            self.tokens = response.json()
        return response


@dataclass(frozen=True)
class Course:
    """A published course: a free preview video, a text for its learners, and a video for them."""

    id: str
    preview: str
    text: str
    video: str

    @property
    def path(self) -> str:
        return f"/courses/{self.id}"


@dataclass(frozen=True)
class Handout:
    """A published course of documents: a free preview, and one for its learners; `file_id` is the file of both."""

    id: str
    preview: str
    document: str
    file_id: str


class Seeder:
    """Creates users and courses. None has been read before, unless a method says so."""

    def __init__(
        self,
        url: str,
        mux: Emulator,
        payments: stripe.Emulator,
        check_files: Callable[[], None],
        index: Callable[[], None],
    ) -> None:
        self.url, self.mux, self.stripe, self._check_files, self._index = url, mux, payments, check_files, index
        self.guest = Person(url, "")
        self.admin = Person(url, ADMIN["email"])
        assert self.admin.sign_in(ADMIN["password"]).ok

    def renew_admin(self) -> None:
        """Make the administrator's sign-in recent again: the tests of a module may take longer than it is."""
        self.admin.request_json("POST", "/auth/reauthenticate", password=ADMIN["password"])

    def instructor(self) -> Person:
        self.renew_admin()
        person = self.newcomer()
        account = {"name": "Ines", "email": person.email, "password": PASSWORD, "role": "instructor"}
        person.id = self.admin.request_json("POST", "/admin/users", **account)["id"]
        person.sign_in()
        return person

    def person(self) -> Person:
        """Return a user who has just signed in for the first time."""
        person = self.newcomer()
        person.id = person.request_json("POST", "/auth/register", name="Stan", email=person.email, password=PASSWORD)[
            "id"
        ]
        person.sign_in()
        return person

    def careful_person(self) -> Person:
        """Return a user with a second factor."""
        person = self.person()
        code = pyotp.TOTP(person.request_json("POST", "/auth/mfa/totp")["secret"]).now()
        person.recovery_codes = person.request_json("POST", "/auth/mfa/totp/confirm", code=code)["recovery_codes"]
        return person

    def learner(self, *courses: Course) -> Person:
        """Return a user who was enrolled by an admin, and has not used the courses yet."""
        return self.learner_of(*(course.id for course in courses))

    def learner_of(self, *course_ids: str) -> Person:
        person = self.person()
        for course_id in course_ids:
            self.admin.request_json("POST", "/admin/enrollments", user_id=person.id, course_id=course_id)
        return person

    def reviewer(self, *courses: Course) -> Person:
        """Return a learner who has done enough of the courses to review them, and has opened their pages."""
        person = self.learner(*courses)
        for course in courses:
            person.request_json("PUT", f"/lessons/{course.text}/progress", opened=True)
        return person

    def review(self, person: Person, course: Course) -> str:
        """Have a learner review a course; return the review's id."""
        return str(person.request_json("PUT", f"{course.path}/reviews/mine", stars=5, text="Clear.")["id"])

    def course(self, owner: Person) -> Course:
        course_id = owner.request_json("POST", "/courses", title="Astronomy")["id"]
        preview = self.lesson(owner, course_id, kind="video", free_preview=True)
        text = self.lesson(owner, course_id, kind="text", body="# More")
        video = self.lesson(owner, course_id, kind="video")
        for lesson_id in (preview, video):
            self.give_video(owner, lesson_id)
        owner.request_json("POST", f"/courses/{course_id}/publish")
        return Course(course_id, preview, text, video)

    def sell(self, course: Course, amount: int = 4900) -> Course:
        """Give a course a price, in euros and cents."""
        self.admin.request_json("PUT", f"{course.path}/price", amount=amount, currency="eur")
        return course

    def order(self, buyer: Person, course: Course) -> Any:
        """Order a course; return the order and its page."""
        return buyer.request_json("POST", f"{course.path}/checkout", accept_terms=True)

    def pay(self, order: Any) -> list[stripe.Event]:
        """Pay an order with a card; return the events that the payment service would post."""
        self.stripe.take_events()
        self.stripe.pay(order["checkout_url"].rpartition("/")[2])
        return self.stripe.take_events()

    def deliver_payment(self, event: stripe.Event) -> requests.Response:
        """Post an event of the payment service."""
        headers = self.stripe.sign(event.body)
        return requests.post(f"{self.url}/webhooks/stripe", data=event.body, headers=headers, timeout=LONGEST)

    def found_course(self, owner: Person) -> tuple[str, str]:
        """Publish a course with a text, and index it. Return its id, and a word that its title and text contain."""
        word = uuid4().hex
        course_id = owner.request_json("POST", "/courses", title=f"About {word}")["id"]
        self.lesson(owner, course_id, kind="text", body=word)
        owner.request_json("POST", f"/courses/{course_id}/publish")
        self._index()
        return course_id, word

    def handout(self, owner: Person) -> Handout:
        course_id = owner.request_json("POST", "/courses", title="Geography")["id"]
        preview = self.lesson(owner, course_id, kind="document", free_preview=True)
        document = self.lesson(owner, course_id, kind="document")
        file_id = self.document(owner)
        for lesson_id in (preview, document):
            owner.request_json("PUT", f"/lessons/{lesson_id}/document", file_id=file_id)
        owner.request_json("POST", f"/courses/{course_id}/publish")
        return Handout(course_id, preview, document, file_id)

    def quiz(self, owner: Person) -> str:
        """Create a quiz lesson without questions in a draft. Return its id."""
        course_id = owner.request_json("POST", "/courses", title="Botany")["id"]
        lesson_id = self.lesson(owner, course_id, kind="quiz")
        owner.request_json("PUT", f"/lessons/{lesson_id}/quiz", sections=[])
        return lesson_id

    def examination(self, owner: Person, question: dict[str, Any] | None = None, **settings: Any) -> tuple[str, str]:
        """Publish a course with a quiz of one question. Return the ids of the course and of the quiz's lesson."""
        course_id = owner.request_json("POST", "/courses", title="Geometry")["id"]
        lesson_id = self.lesson(owner, course_id, kind="quiz")
        asked = {"kind": "true_false", "stem": "Is it so?", "content": {"correct": True}} | (question or {})
        question_id = owner.request_json("POST", f"/courses/{course_id}/questions", **asked)["id"]
        section = {"questions": [{"question_id": question_id, "points": 1}]}
        settings = {"sections": [section], "attempts_allowed": None} | settings
        owner.request_json("PUT", f"/lessons/{lesson_id}/quiz", **settings)
        owner.request_json("POST", f"/courses/{course_id}/publish")
        return course_id, lesson_id

    def essay(self, course_id: str, lesson_id: str) -> str:
        """Have a newcomer submit an attempt at an examination with an essay. Return the path of the answer."""
        learner = self.learner_of(course_id)
        attempt = learner.request_json("POST", f"/lessons/{lesson_id}/attempts")
        path, question_id = f"/attempts/{attempt['id']}", attempt["questions"][0]["question_id"]
        answer = {"question_id": question_id, "answer": "So.", "seq": 1, "client_time": "2026-03-09T17:51:00Z"}
        learner.request_json("PUT", f"{path}/answers", answers=[answer])
        learner.request_json("POST", f"{path}/submit")
        return f"{path}/answers/{question_id}"

    def assignment(self, owner: Person, **settings: Any) -> tuple[str, str]:
        """Create a draft of a course with an assignment. Return the ids of the course and of the assignment's lesson."""
        course_id = owner.request_json("POST", "/courses", title="Geology")["id"]
        lesson_id = self.lesson(owner, course_id, kind="assignment")
        owner.request_json("PUT", f"/lessons/{lesson_id}/assignment", points=10, **settings)
        return course_id, lesson_id

    def homework(self, owner: Person, **settings: Any) -> tuple[str, str]:
        """Publish a course with an assignment. Return the ids of the course and of the assignment's lesson."""
        course_id, lesson_id = self.assignment(owner, **settings)
        owner.request_json("POST", f"/courses/{course_id}/publish")
        return course_id, lesson_id

    def document(self, owner: Person) -> str:
        """Upload a PDF. Return its id."""
        return self._upload(owner, "document", PDF)

    def photo(self, owner: Person) -> str:
        """Upload a photo. Return its id."""
        return self._upload(owner, "photo", PHOTO)

    def spreadsheet(self, admin: Person) -> str:
        """Upload a spreadsheet of people. Return its id."""
        return self._upload(admin, "import", PEOPLE / "windows-1251.csv")

    def questions(self, owner: Person) -> str:
        """Upload a file of questions. Return its id."""
        return self._upload(owner, "questions", QUESTIONS / "planets.gift")

    def grades(self, owner: Person) -> str:
        """Upload a file of grades. Return its id."""
        return self._upload(owner, "grades", GRADES / "grades.csv")

    def books(self, owner: Person) -> str:
        """Upload a file of books. Return its id."""
        return self._upload(owner, "books", BOOKS / "books.csv")

    def subject(self) -> int:
        """Create a subject. Return its id."""
        return int(self.admin.request_json("POST", "/admin/subjects", name=uuid4().hex)["id"])

    def _upload(self, owner: Person, purpose: str, path: Path) -> str:
        """Upload a file that is checked at once. Return its id."""
        data = path.read_bytes()
        file = owner.request_json("POST", "/files", purpose=purpose, name=path.name, size=len(data))
        assert self.guest.request("PUT", urlsplit(file["upload"]["url"]).path, data=data).ok
        owner.request_json("POST", f"/files/{file['id']}/complete")
        self._check_files()
        assert owner.request_json("GET", f"/files/{file['id']}")["state"] == "ready"
        return str(file["id"])

    def course_of_texts(self, owner: Person, number: int) -> tuple[str, list[str]]:
        """Create a published course quickly; return its id and its lessons."""
        course_id = owner.request_json("POST", "/courses", title="Poetry")["id"]
        lessons = [self.lesson(owner, course_id, kind="text", body="# Hello") for _ in range(number)]
        owner.request_json("POST", f"/courses/{course_id}/publish")
        return course_id, lessons

    def lesson(self, owner: Person, course_id: str, **fields: Any) -> str:
        return str(owner.request_json("POST", f"/courses/{course_id}/lessons", title="A lesson", **fields)["id"])

    def give_video(self, owner: Person, lesson_id: str) -> None:
        upload = owner.request_json("POST", f"/lessons/{lesson_id}/video/upload")["upload"]
        for event in self.events_of(upload["id"]):
            assert self.deliver(event).ok

    def events_of(self, upload_id: str) -> list[Event]:
        """Complete an upload, and return its webhook events."""
        self.mux.make_ready(upload_id)
        return self.mux.take_events()

    def deliver(self, event: Event) -> requests.Response:
        return self._post(event.body)

    def deliver_ignored_event(self) -> requests.Response:
        """Deliver a webhook event that is only stored."""
        return self._post(json.dumps({"id": str(uuid4()), "type": "video.live_stream.active"}).encode())

    def _post(self, body: bytes) -> requests.Response:
        return requests.post(f"{self.url}/webhooks/mux", data=body, headers=self.mux.sign(body), timeout=LONGEST)

    def deliver_payment_event(self) -> requests.Response:
        """Deliver a webhook event of the payment service that is only stored."""
        about = {"object": "event", "type": "product.created", "created": int(time()), "livemode": False}
        body = json.dumps({"id": f"evt_{uuid4().hex}", "data": {"object": {}}, **about}).encode()
        headers = self.stripe.sign(body)
        return requests.post(f"{self.url}/webhooks/stripe", data=body, headers=headers, timeout=LONGEST)

    def newcomer(self) -> Person:
        """Return a user without an account."""
        return Person(self.url, f"somebody{next(_number)}@example.com")
