"""The benchmark's school: users, courses, enrollments and records, copied in bulk from what services created."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from bench.ceilings import PASSWORD
from bench.copies import BATCH, CourseCopier, Names
from bench.people import Student, Taught
from bench.teaching import LESSONS, VIDEO_SECONDS, revise, teach
from bench.watching import Watching
from learnstream import tokens
from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.models import Enrollment, Role, SeatSource, SeatStatus, Session, User
from learnstream.services.accounts import passwords, sessions
from learnstream.stores.sql import db

SEATS = 10
VALID = timedelta(hours=12)  # longer than real access tokens live: a run may take an hour

Row = dict[str, Any]


class School:
    """All benchmark data; grown by `add_courses` and `add_students`. Needs an application context."""

    def __init__(self, *, revised: bool = False) -> None:
        """If `revised`, each course has a second version, to which its learners were not moved, and a newer draft."""
        self.courses: list[Taught] = []
        self.students: list[Student] = []
        self.password_hash = passwords.hash_new(PASSWORD)
        teacher = self._people(1, Role.INSTRUCTOR)[0]
        self.teacher, self.teacher_token = teacher["id"], teacher["token"]
        self.admin_token = self._people(1, Role.ADMIN)[0]["token"]
        first = teach(self.teacher)
        if revised:
            revise(first, self.teacher)
        self._pattern = CourseCopier(first)
        self.courses.append(self._taught({}))
        self._watching: Watching | None = None

    def add_courses(self, number: int, *, own_videos: bool = True) -> None:
        """Create so many courses of twenty lessons; without their own videos they show the first course's."""
        for _ in range(number):
            self.courses.append(self._taught(self._pattern.copy(len(self.courses), own_videos=own_videos)))
        self._pattern.finish()

    def _taught(self, names: Names) -> Taught:
        """Return the copy of the first course with these new ids."""
        course_id, *others = [self._pattern.course_id, *self._pattern.lesson_ids, *self._pattern.video_ids]
        ids = tuple(str(names.get(each, each)) for each in others)
        return Taught(str(names.get(course_id, course_id)), ids[:LESSONS], ids[LESSONS:])

    def add_students(self, number: int) -> None:
        """Create so many signed-in students, each enrolled in ten courses."""
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
        """Create records: half of every lesson in these courses watched, or all of it by one student in `finishing`.

        Return the number of records.
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
        """Spread students evenly over the courses."""
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
