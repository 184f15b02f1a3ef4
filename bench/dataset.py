"""The benchmark's data set: users, courses, enrollments and records, copied in bulk from what services created."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from bench.ceilings import PASSWORD
from bench.copies import BATCH, CourseCopier, Names
from bench.progress_records import RecordGenerator
from bench.students import PublishedCourse, Student
from bench.template_course import (
    LESSONS,
    VIDEO_SECONDS,
    publish_handouts,
    publish_second_version,
    publish_template,
)
from learnstream import tokens
from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.models import Enrollment, Role, SeatSource, SeatStatus, Session, User
from learnstream.services.accounts import passwords, sessions
from learnstream.stores.sql import db

ENROLLMENTS_PER_STUDENT = 10
TOKEN_LIFETIME = timedelta(hours=12)  # longer than real access tokens live: a run may take an hour

Row = dict[str, Any]


class Dataset:
    """All benchmark data; grown by `add_courses` and `add_students`. Needs an application context."""

    def __init__(self, *, revised: bool = False) -> None:
        """If `revised`, each course has a second version, to which its learners were not moved, and a newer draft."""
        self.courses: list[PublishedCourse] = []
        self.students: list[Student] = []
        self.password_hash = passwords.hash_new(PASSWORD)
        instructor = self._create_users(1, Role.INSTRUCTOR)[0]
        self.instructor, self.instructor_token = instructor["id"], instructor["token"]
        self.admin_token = self._create_users(1, Role.ADMIN)[0]["token"]
        template_id = publish_template(self.instructor)
        if revised:
            publish_second_version(template_id, self.instructor)
        self._template = CourseCopier(template_id)
        self.courses.append(self._published_course({}))
        self._record_generator: RecordGenerator | None = None

    def add_courses(self, number: int, *, own_videos: bool = True) -> None:
        """Create so many courses of twenty lessons; without their own videos they show the first course's."""
        for _ in range(number):
            self.courses.append(self._published_course(self._template.copy(len(self.courses), own_videos=own_videos)))
        self._template.finish()

    def _published_course(self, names: Names) -> PublishedCourse:
        """Return the copy of the first course with these new ids."""
        course_id, *other_ids = [self._template.course_id, *self._template.lesson_ids, *self._template.video_ids]
        ids = tuple(str(names.get(each, each)) for each in other_ids)
        return PublishedCourse(str(names.get(course_id, course_id)), ids[:LESSONS], ids[LESSONS:])

    def add_students(self, number: int) -> None:
        """Create so many signed-in students, each enrolled in ten courses."""
        users = self._create_users(number, Role.STUDENT)
        first_number = len(self.students)
        created = [
            Student(user["id"], user["email"], user["token"], self._courses_of(first_number + index))
            for index, user in enumerate(users)
        ]
        enrollment_rows = [
            self._enrollment_row(student.id, course.id) for student in created for course in student.courses
        ]
        for batch in _batches(iter(enrollment_rows)):
            db.session.execute(insert(Enrollment), batch)
        db.session.commit()
        self.students += created

    def add_users(self, number: int) -> list[int]:
        """Create so many students who have no course and are not signed in. Return their ids."""
        created = self._insert_users(number, Role.STUDENT)
        db.session.commit()
        return [row.id for row in created]

    def add_handouts(self, students: list[Student]) -> PublishedCourse:
        """Create a course of documents, in which these students are enrolled."""
        course_id, lesson_ids = publish_handouts(self.instructor)
        self.enroll(students, course_id)
        return PublishedCourse(course_id, tuple(lesson_ids), videos=())

    def enroll(self, students: Sequence[Student], course_id: str) -> None:
        """Enroll students in a further course."""
        db.session.execute(insert(Enrollment), [self._enrollment_row(student.id, course_id) for student in students])
        db.session.commit()

    def add_records(self, students: list[Student], *, courses: slice, finishing: int = 0) -> int:
        """Create records: half of every lesson in these courses watched, or all of it by one student in `finishing`.

        Return the number of records.
        """
        self._record_generator = self._record_generator or RecordGenerator(
            self.students[0], self.students[0].courses[-1], VIDEO_SECONDS
        )
        records = (
            record
            for number, student in enumerate(students)
            for course in student.courses[courses]
            for record in self._record_generator.records_for(number, student, course, finishing=finishing)
        )
        written = 0
        for batch in _batches(records):
            Progress.collection().insert_many(batch, ordered=False)
            written += len(batch)
        return written

    def _courses_of(self, number: int) -> tuple[PublishedCourse, ...]:
        """Spread students evenly over the courses."""
        step = max(1, len(self.courses) // ENROLLMENTS_PER_STUDENT)
        return tuple(
            self.courses[(number + index * step) % len(self.courses)] for index in range(ENROLLMENTS_PER_STUDENT)
        )

    def _insert_users(self, number: int, role: Role) -> Sequence[Any]:
        rows = [
            {
                "name": "Student",
                "email": f"{uuid4().hex}@example.com",
                "role": role,
                "password_hash": self.password_hash,
                "sessions_valid_from": now() - timedelta(minutes=1),
            }
            for _ in range(number)
        ]
        return db.session.execute(insert(User).returning(User.id, User.email), rows).all()

    def _create_users(self, number: int, role: Role) -> list[Row]:
        created = self._insert_users(number, role)
        users = [{"id": row.id, "email": row.email, "session_id": uuid4()} for row in created]
        expires_at = now() + timedelta(days=30)
        db.session.execute(
            insert(Session),
            [{"id": each["session_id"], "user_id": each["id"], "expires_at": expires_at} for each in users],
        )
        db.session.commit()
        return [each | {"token": _token(each["id"], each["session_id"], role)} for each in users]

    @staticmethod
    def _enrollment_row(user_id: int, course_id: str) -> Row:
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
        user_id=user_id, session_id=session_id, kind="access", issued=issued, expires=issued + TOKEN_LIFETIME
    )
    return tokens.mint(claims | {"role": role.value, "fresh": False})


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
