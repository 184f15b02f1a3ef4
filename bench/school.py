"""The school that is measured: people, courses, seats and records, in bulk after the pattern of what services made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from bson import ObjectId
from sqlalchemy import insert

from bench.copies import BATCH, CourseCopier, Names
from bench.watching import Watching
from learnstream import tokens
from learnstream.clock import now
from learnstream.documents import LessonKind, Progress, Video, VideoStatus
from learnstream.extensions import db
from learnstream.models import Enrollment, Role, SeatSource, SeatStatus, Session, User
from learnstream.services.authoring import courses, lessons, outlines, publishing
from learnstream.services.authoring.publishing import Learners
from learnstream.services.people import passwords, sessions

LESSONS = 20
SEATS = 10
VIDEO_SECONDS = 600
PASSWORD = "a walrus in the pantry"
VALID = timedelta(hours=12)  # longer than real access tokens: a run may take an hour

Row = dict[str, Any]


@dataclass(frozen=True)
class Taught:
    """A published course: its lessons and their videos, in order."""

    id: str
    lessons: tuple[str, ...]
    videos: tuple[str, ...]


@dataclass(frozen=True)
class Student:
    """Somebody signed in, with seats in these courses."""

    id: int
    email: str
    token: str
    courses: tuple[Taught, ...]


class School:
    """Everything there is; it grows by `add_courses` and `add_students`. Needs an application's context."""

    def __init__(self, *, revised: bool = False) -> None:
        """With `revised`, each course has a second version, which its learners were not moved to, and a newer draft."""
        self.courses: list[Taught] = []
        self.students: list[Student] = []
        self.password_hash = passwords.hash_new(PASSWORD)
        teacher = self._people(1, Role.INSTRUCTOR)[0]
        self.teacher, self.teacher_token = teacher["id"], teacher["token"]
        self.admin_token = self._people(1, Role.ADMIN)[0]["token"]
        first = self._first_course()
        if revised:
            self._revise(first)
        self._pattern = CourseCopier(first)
        self.courses.append(self._taught({}))
        self._watching: Watching | None = None

    def add_courses(self, number: int, *, own_videos: bool = True) -> None:
        """Open so many courses of twenty lessons; without videos of their own they show the first course's."""
        for _ in range(number):
            self.courses.append(self._taught(self._pattern.copy(len(self.courses), own_videos=own_videos)))
        self._pattern.finish()

    def _taught(self, names: Names) -> Taught:
        """Return the course that has these names for what the first one is made of."""
        course_id, *others = [self._pattern.course_id, *self._pattern.lesson_ids, *self._pattern.video_ids]
        ids = tuple(str(names.get(each, each)) for each in others)
        return Taught(str(names.get(course_id, course_id)), ids[:LESSONS], ids[LESSONS:])

    def add_students(self, number: int) -> None:
        """Let so many people sign in and enroll in ten courses each."""
        people = self._people(number, Role.STUDENT)
        first = len(self.students)
        made = [
            Student(person["id"], person["email"], person["token"], self._choice(first + place))
            for place, person in enumerate(people)
        ]
        seats = [self._seat(student.id, course.id) for student in made for course in student.courses]
        for some in _batches(iter(seats)):
            db.session.execute(insert(Enrollment), some)
        db.session.commit()
        self.students += made

    def add_records(self, students: list[Student], *, courses: slice, finishing: int = 0) -> int:
        """Let students have watched half of all lessons of these of their courses, one in `finishing` of them all of it.

        Returns how many records that makes.
        """
        self._watching = self._watching or Watching(self.students[0], self.students[0].courses[-1], VIDEO_SECONDS)
        records = (
            record
            for number, student in enumerate(students)
            for course in student.courses[courses]
            for record in self._watching.of(number, student, course, finishing=finishing)
        )
        written = 0
        for some in _batches(records):
            Progress.collection().insert_many(some, ordered=False)
            written += len(some)
        return written

    def _choice(self, number: int) -> tuple[Taught, ...]:
        """Spread students over the courses so that all courses have as many."""
        step = max(1, len(self.courses) // SEATS)
        return tuple(self.courses[(number + place * step) % len(self.courses)] for place in range(SEATS))

    def _people(self, number: int, role: Role) -> list[Row]:
        rows = [
            {
                "name": "Somebody",
                "email": f"{uuid4().hex}@example.com",
                "role": role,
                "password_hash": self.password_hash,
                "sessions_valid_from": now() - timedelta(minutes=1),
            }
            for _ in range(number)
        ]
        made = db.session.execute(insert(User).returning(User.id, User.email), rows).all()
        people = [{"id": row.id, "email": row.email, "session_id": uuid4()} for row in made]
        ends = now() + timedelta(days=30)
        db.session.execute(
            insert(Session), [{"id": each["session_id"], "user_id": each["id"], "expires_at": ends} for each in people]
        )
        db.session.commit()
        return [each | {"token": _token(each["id"], each["session_id"], role)} for each in people]

    @staticmethod
    def _seat(user_id: int, course_id: str) -> Row:
        return {
            "user_id": user_id,
            "course_id": course_id,
            "course_version": 1,
            "source": SeatSource.SELF,
            "status": SeatStatus.ACTIVE,
            "enrolled_at": now(),
        }

    def _first_course(self) -> str:
        course = courses.create(
            created_by=self.teacher,
            title="Astronomy for everybody",
            summary="The night sky, explained to people who have never looked up for long.",
            description="From the *moon* to the edge of what can be seen. " * 20,
            subject="Physics",
            tags=["stars", "night sky"],
            level="beginner",
            language="en-GB",
        )
        course_id = str(course["_id"])
        made = [self._lesson(course_id, place) for place in range(LESSONS)]
        modules = [
            {"title": f"Part {part + 1}", "lesson_ids": made[part * 5 : part * 5 + 5]} for part in range(LESSONS // 5)
        ]
        outlines.replace(course_id=course_id, modules=modules)
        publishing.publish(course_id=course_id, published_by=self.teacher)
        db.session.commit()
        return course_id

    def _revise(self, course_id: str) -> None:
        """Publish a second version that leaves out the last lesson and shows another video, and go on so in the draft."""
        self._change(course_id, shown_again=1)
        publishing.publish(course_id=course_id, published_by=self.teacher, learners=Learners.KEEP)
        self._change(course_id, shown_again=2)
        db.session.commit()

    @staticmethod
    def _change(course_id: str, *, shown_again: int) -> None:
        present = outlines.lesson_ids(courses.draft(course_id)["modules"])
        lessons.delete(lesson_id=str(present[-1]))
        lessons.set_video(str(present[shown_again]), add_video(status=VideoStatus.READY, duration=float(VIDEO_SECONDS)))

    def _lesson(self, course_id: str, place: int) -> str:
        lesson = lessons.create(
            course_id=course_id,
            created_by=self.teacher,
            title=f"Why the moon has phases, part {place + 1}",
            kind=LessonKind.VIDEO,
            summary="What we see of it, and what we do not.",
        )
        lesson_id = str(lesson["_id"])
        lessons.set_video(lesson_id, add_video(status=VideoStatus.READY, duration=float(VIDEO_SECONDS)))
        return lesson_id


def signed_in(student: Student) -> dict[str, str]:
    """Return the headers of a request that a student sends."""
    return {"Authorization": f"Bearer {student.token}"}


def add_video(*, status: VideoStatus, **facts: Any) -> str:
    """Note a video as its upload leaves it, and what is known of it since. Returns its id."""
    video = new_video(status=status, **facts)
    Video.collection().insert_one(video)
    return str(video["_id"])


def new_video(*, status: VideoStatus, **facts: Any) -> Row:
    """Return a video that has an asset."""
    name = uuid4().hex
    return {
        "_id": ObjectId(),
        "status": status.value,
        "status_at": now(),
        "source": "upload",
        "upload_id": f"upload{name}",
        "asset_id": f"asset{name}",
        "playback_id": f"playback{name}",
        "aspect_ratio": "16:9",
        "tracks": [],
        "revision": 1,
        "created_at": now(),
        "updated_at": now(),
        "review_at": now() + timedelta(days=1),
        "purging": False,
        **facts,
    }


def _token(user_id: int, session_id: UUID, role: Role) -> str:
    issued = now()
    claims = sessions.claims_for(
        user_id=user_id, session_id=session_id, kind="access", issued=issued, expires=issued + VALID
    )
    return tokens.mint(claims | {"role": role.value, "fresh": False})


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some
