"""Factories of users, courses, videos and records for tests, written to the real stores directly."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import UUID

from argon2 import PasswordHasher
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus, Lesson, LessonKind, Video, VideoStatus
from learnstream.documents.projection import names_of
from learnstream.documents.question import AuthoredQuestion, QuestionKind
from learnstream.models import Enrollment, Role, SeatSource, Session, User
from learnstream.models.program import Program, ProgramCourse
from learnstream.models.subject import Subject
from learnstream.schemas.authoring.quiz import QuizInputSchema
from learnstream.services.accounts import sessions
from learnstream.services.authoring import courses, publishing, quiz_drafts
from learnstream.services.authoring.lessons import create as create_lesson_draft
from learnstream.services.authoring.publishing import Learners
from learnstream.services.enrollment import enrollments, grants, group_courses, group_members, groups
from learnstream.services.enrollment.grants import Period, Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.services.quizzes import questions as question_bank
from learnstream.stores.sql import db
from learnstream.text import folding
from tests.question_contents import CONTENTS

PASSWORD = "correct horse battery staple"
# A hash with argon2id's lowest cost; signing in verifies it like any other.
PASSWORD_HASH = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
_number = count(1)


@dataclass(frozen=True)
class Person:
    """A signed-in user; `client.get(…, auth=person)` sends the token."""

    id: int
    name: str
    email: str
    role: Role
    session_id: UUID
    token: str
    password: str = PASSWORD


def make_person(role: Role = Role.STUDENT, name: str = "Somebody", **columns) -> Person:
    number = next(_number)
    user = User(
        name=name,
        email=f"{name.lower()}{number}@example.com",
        role=role,
        password_hash=PASSWORD_HASH,
        sessions_valid_from=now() - timedelta(seconds=1),
        **columns,
    )
    db.session.add(user)
    db.session.flush()
    session = Session(user_id=user.id, expires_at=now() + timedelta(days=30))
    db.session.add(session)
    db.session.commit()
    token = sessions.mint_access_token(user_id=user.id, role=role, session_id=session.id)
    return Person(user.id, user.name, user.email, role, session.id, token)


def make_subject(name: str = "Physics", **columns) -> Subject:
    subject = Subject(name=name, name_key=folding.caseless(name), **columns)
    db.session.add(subject)
    db.session.commit()
    return subject


def make_program(*courses: "CreatedCourse", **columns) -> Program:
    """Create a published program of courses. Its seats have not been given yet."""
    program = Program(**{"title": "The sky", "published": True} | columns)
    db.session.add(program)
    db.session.flush()
    db.session.add_all(
        ProgramCourse(program_id=program.id, course_id=course.id, position=position)
        for position, course in enumerate(courses)
    )
    db.session.commit()
    return program


@dataclass(frozen=True)
class CreatedLesson:
    id: str
    title: str
    kind: LessonKind


@dataclass(frozen=True)
class CreatedCourse:
    """A course and its lessons in outline order; `version` is 0 while it is a draft."""

    id: str
    title: str
    version: int
    lessons: list[CreatedLesson]

    @property
    def preview(self) -> CreatedLesson:
        """The text lesson that is a free preview."""
        return self.lessons[0]

    @property
    def text(self) -> CreatedLesson:
        return self.lessons[1]

    @property
    def video(self) -> CreatedLesson:
        """The video lesson, without a video yet."""
        return self.lessons[2]


LESSONS = (
    {"title": "Welcome", "kind": LessonKind.TEXT, "body": "# Welcome", "free_preview": True},
    {"title": "Reading", "kind": LessonKind.TEXT, "body": "Read *this*."},
    {"title": "Watching", "kind": LessonKind.VIDEO},
)


def make_course(
    owner: Person, lessons=LESSONS, published: bool = True, title: str = "Astronomy", **fields
) -> CreatedCourse:
    """Create a course as its owner would."""
    course = courses.create(created_by=owner.id, title=title, **fields)
    course_id = str(course["_id"])
    made = [make_lesson(owner, course_id, **lesson) for lesson in lessons]
    version = publishing.publish(course_id=course_id, published_by=owner.id).version if published else 0
    db.session.commit()
    return CreatedCourse(course_id, title, version, made)


def make_lesson(
    owner: Person, course_id: str | None, title: str = "A lesson", kind: LessonKind = LessonKind.TEXT, **fields
) -> CreatedLesson:
    lesson = create_lesson_draft(course_id=course_id, created_by=owner.id, title=title, kind=kind, **fields)
    return CreatedLesson(str(lesson["_id"]), title, kind)


def make_seat(person: Person, course: CreatedCourse, source: SeatSource = SeatSource.SELF, **columns) -> Enrollment:
    """Enroll a person; `columns` overwrite the enrollment's columns, as if time had passed since."""
    seat = enrollments.enroll(user_id=person.id, course_id=course.id, source=source)
    for name, value in columns.items():
        setattr(seat, name, value)
    db.session.commit()
    return seat


def give_to_group(person: Person, course: CreatedCourse, group_id: int = 1, **period) -> None:
    """Give a person a seat as a member of a group."""
    pair, reason = (person.id, course.id), Reason(SeatSource.GROUP, group_id)
    grants.give([pair], reason, versions=open_versions([course.id]), period=Period(**period))
    db.session.commit()


def make_group_with(course: CreatedCourse, *people: Person, by: Person) -> int:
    """Create a group with members that is given a course. Return its id."""
    group_id: int = groups.create(by=by.id, name="Class 7b", code=f"g{ObjectId()}")["id"]
    group_courses.give(group_id, course.id, by=by.id)
    group_members.add(group_id, [person.id for person in people], by=by.id)
    db.session.commit()
    return group_id


def order(owner: Person, course: CreatedCourse, *modules: dict) -> list[str]:
    """Set a course's outline and publish it. Return the modules' ids.

    A module is `{lessons, needs?, release?, conditions?}`; `needs` lists lessons, or modules by index; `conditions` maps
    a lesson's index in the module to `{needs?, release?}`.
    """
    ids = [str(ObjectId()) for _ in modules]

    def stated(needs=(), release=None, **_):
        named = [need.id if isinstance(need, CreatedLesson) else ids[need] for need in needs]
        return {"prerequisites": named, "release": release}

    def entries(module):
        for place, entry in module.get("conditions", {}).items():
            yield {"lesson_id": ObjectId(module["lessons"][place].id), **stated(**entry)}

    outline = [
        {
            "id": ids[place],
            "title": f"Module {place + 1}",
            "lesson_ids": [ObjectId(lesson.id) for lesson in module["lessons"]],
            "conditions": list(entries(module)),
            **stated(**module),
        }
        for place, module in enumerate(modules)
    ]
    Course.collection().update_one({"_id": ObjectId(course.id)}, {"$set": {"modules": outline}})
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()
    return ids


def archive(course: CreatedCourse) -> None:
    courses.change(courses.draft(course.id), {"$set": {"status": CourseStatus.ARCHIVED.value}})


def make_video(**fields) -> str:
    """Create a video as after its request; `fields` are later changes. Return its id."""
    video = {
        "_id": ObjectId(),
        "status": VideoStatus.WAITING.value,
        "status_at": now(),
        "source": "upload",
        "tracks": [],
        "revision": 1,
        "created_at": now(),
        "updated_at": now(),
        "review_at": now() + timedelta(hours=1),
        "purging": False,
    }
    Video.collection().insert_one(video | fields)
    return str(video["_id"])


def make_ready_video(**facts) -> str:
    """Create a video that can be played. Return its id."""
    ready = {
        "status": VideoStatus.READY,
        "playback_id": f"playback{next(_number)}",
        "duration": 120.5,
        "aspect_ratio": "16:9",
    }
    return make_video(**ready | facts)


def show_video(
    course: CreatedCourse, lesson: CreatedLesson, video_id: str, learners: Learners = Learners.MIGRATE
) -> None:
    """Set a lesson's video and publish the course."""
    put_video(lesson, video_id)
    publish(course, learners)


def publish(course: CreatedCourse, learners: Learners = Learners.MIGRATE) -> None:
    """Publish a course's draft."""
    publishing.publish(course_id=course.id, published_by=owner_of(course), learners=learners)
    db.session.commit()


def put_video(lesson: CreatedLesson, video_id: str) -> None:
    """Set the video of a lesson's draft."""
    change = {"$set": {"video_id": ObjectId(video_id)}, "$inc": {"revision": 1}}
    Lesson.collection().update_one({"_id": ObjectId(lesson.id)}, change)


def make_question(course: CreatedCourse, kind: str = "single_choice", **given) -> str:
    """Create a question. Return its id.

    `given` are fields such as `stem` and `tags`, or of the kind's content, which replace those of `CONTENTS`.
    """
    authored = {"stem": "Which?", "explanation": "Because."}
    authored |= {name: given.pop(name) for name in (*names_of(AuthoredQuestion), "key") if name in given}
    question = question_bank.create(
        course_id=course.id,
        created_by=owner_of(course),
        kind=QuestionKind(kind),
        **{"content": CONTENTS[kind] | given} | authored,
    )
    return str(question["_id"])


def make_quiz_lesson(
    course: CreatedCourse, questions=(), *, sections=None, title: str = "Quiz", published: bool = True, **settings
) -> CreatedLesson:
    """Add a quiz lesson to a course and publish it. `settings` are those of `PUT /lessons/{id}/quiz`.

    `questions` are ids, worth a point each, or pairs of id and points; without any, a new question of single choice.
    `completion` is the lesson's rule.
    """
    completion = settings.pop("completion", None)
    lesson = create_lesson_draft(
        course_id=course.id, created_by=owner_of(course), title=title, kind=LessonKind.QUIZ, completion=completion
    )
    made = CreatedLesson(str(lesson["_id"]), title, LessonKind.QUIZ)
    put_quiz(made, sections or [section(*(questions or [make_question(course)]))], **settings)
    if published:
        publish(course)
    return made


def section(*questions, **fields) -> dict:
    """Return a section of questions: ids, worth a point each, or pairs of id and points."""
    pairs = [(each, 1) if isinstance(each, str) else each for each in questions]
    return {"questions": [{"question_id": each, "points": points} for each, points in pairs], **fields}


def put_quiz(lesson: CreatedLesson, sections, **settings) -> None:
    """Set the quiz of a lesson's draft."""
    quiz_drafts.save(lesson.id, QuizInputSchema().load({"sections": sections, **settings}))


def owner_of(course: CreatedCourse) -> int:
    return courses.draft(course.id)["instructor_ids"][0]
