"""The users and objects of the access matrix."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import mux_python
from bson import Decimal128, ObjectId
from sqlalchemy import update

from learnstream import tokens
from learnstream.blueprints.media.file_upload import EXAMPLE
from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.documents.attempt import WholeAttempt
from learnstream.documents.file import FileState
from learnstream.documents.regrade import RegradeRule
from learnstream.documents.review import ReportReason
from learnstream.errors.assessment import AttemptOver
from learnstream.integrations import files
from learnstream.integrations import video as port
from learnstream.models import (
    Event,
    EventType,
    Follower,
    OrderState,
    OutboxMessage,
    ParkedEvent,
    Price,
    Role,
    Session,
    User,
)
from learnstream.models.accommodation import Accommodation, QuizAccommodation
from learnstream.models.address_change import AddressChange
from learnstream.models.book_import import BookImport
from learnstream.models.extension import Extension
from learnstream.models.grade_import import GradeImport
from learnstream.models.group import Group, GroupCourse, GroupMember, GroupProgram, GroupStaff
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.models.payment_event import PaymentEventState, ReceivedPaymentEvent
from learnstream.models.people_import import ImportState, PeopleImport
from learnstream.models.program import ProgramCourse, ProgramMember
from learnstream.models.question_import import QuestionImport
from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.services.accounts import (
    addresses,
    directory,
    invitations,
    invitees,
    mfa_tokens,
    recovery,
    second_factor,
    sessions,
    verification,
)
from learnstream.services.accounts.invitees import Invitee
from learnstream.services.accounts.links import Purpose
from learnstream.services.announcements import announcements, writing
from learnstream.services.assessment import attempt_views, regrades, saving, starting, submitting
from learnstream.services.assessment.answers import Given
from learnstream.services.authoring import assignment_drafts, courses, lessons, publishing, quiz_drafts
from learnstream.services.commerce import coupon_changes
from learnstream.services.delivery import visibility
from learnstream.services.homework import saving as homework_saving
from learnstream.services.learning import exceptions
from learnstream.services.media import videos, webhooks
from learnstream.services.quizzes import questions
from learnstream.services.reviews import moderation, readers
from learnstream.stores.sql import db
from tests.books import make_book
from tests.factories import (
    PASSWORD,
    CreatedCourse,
    Person,
    make_course,
    make_person,
    make_program,
    make_question,
    make_ready_video,
    make_seat,
    make_subject,
    put_quiz,
    put_video,
    section,
)
from tests.files import make_document_with_bytes, make_file, make_photo, put_document, set_photo
from tests.homework import RUBRIC, put_assignment
from tests.learning import complete
from tests.orders import store_order
from tests.reading import listed, put_list
from tests.reviews import review, review_book
from tests.second_factors import SECRET, code_of, make_second_factor
from tests.submissions import store_submission

LESSONS = (
    {"title": "Watching", "kind": LessonKind.VIDEO},
    {"title": "A taste", "kind": LessonKind.VIDEO, "free_preview": True},
    {"title": "Reading", "kind": LessonKind.DOCUMENT},
    {"title": "A page", "kind": LessonKind.DOCUMENT, "free_preview": True},
    {"title": "A test", "kind": LessonKind.QUIZ},
    {"title": "A question", "kind": LessonKind.QUIZ, "free_preview": True},
    {"title": "Homework", "kind": LessonKind.ASSIGNMENT},
    {"title": "A task", "kind": LessonKind.ASSIGNMENT, "free_preview": True},
)
# The previews among them, by the names of their ids.
PREVIEWS = {"lesson_id": 1, "document_lesson_id": 3, "quiz_lesson_id": 5, "assignment_lesson_id": 7}
SAMPLE = "https://samples.test/sample.mp4"
# Of the foreign course, in requests that are about the own one.
STRAYED = (
    "user_id",
    "target_id",
    "asset_id",
    "invitation_id",
    "accommodation_id",
    "extension_id",
    "grade_import_id",
    "question_import_id",
    "asked_id",
    "regrade_id",
    "book_id",
)
MISSING_ROW_ID, MISSING_DOCUMENT_ID = 999_999, "f" * 24
HOUR = timedelta(hours=1)

Names = dict[str, Any]


@dataclass
class Dataset:
    """The callers and the objects: `objects` has the ids of each object, by the names of parameters and body fields."""

    users: dict[str, Person]
    bad_tokens: dict[str, str]
    objects: dict[str, Names]
    revoked_admin: Person

    def token(self, caller: str) -> str | None:
        """Return a caller's token; None for the guest."""
        if caller == "guest":
            return None
        return self.bad_tokens.get(caller) or self.users[caller].token

    def names(self, caller: str, object_name: str) -> Names:
        """Return the values of parameters and body fields for a caller's request on an object."""
        names = self.objects[object_name]
        if caller == "admin":
            names = names | {
                name: names[f"admin_{name}"] for name in ("questions_file_id", "grades_file_id", "books_file_id")
            }
        user, other_user = self.users.get(caller, self.users["owner"]), self.users["other_owner"]
        return names | {
            "account_id": {"own": user.id, "foreign": other_user.id}.get(object_name, MISSING_ROW_ID),
            "session_id": {"own": user.session_id, "foreign": other_user.session_id}.get(object_name, uuid4()),
            "code": code_of(SECRET),
            # A viewing carries the access it began with; the matrix tests access itself.
            "viewing": None,
        }


def build() -> Dataset:
    """Create all users and objects."""
    users = _create_users()
    own = (
        _course_with_learner(users["owner"], users["learner"])
        | _create_background_work()
        | _create_upload(users["owner"])
        | _create_import(users["admin"])
        | _create_book_import(users["owner"])
        | {"subject_id": make_subject("Biology").id, "coupon_id": _create_coupon(users["admin"])}
        | {"photo_id": set_photo(users["owner"]), "next_photo_id": make_photo(users["owner"])}
    )
    foreign = _course_with_learner(users["other_owner"], users["other_learner"], versions=2)
    foreign |= {"file_id": str(make_file(users["other_owner"])["_id"])}
    # The foreign course has a price, from its learner's order; the own one is free again.
    db.session.add(Price(course_id=own["course_id"], created_by=users["admin"].id))
    moderation.hide(foreign["review_id"], by=users["admin"].id, reason="Spam")
    db.session.commit()
    groups = _create_groups(users, own["course_id"], _create_program(users["learner"], own["course_id"]))
    own, foreign = own | groups, foreign | groups
    objects = {
        "own": own,
        "foreign": foreign,
        "preview": foreign | {name: foreign["lesson_ids"][place] for name, place in PREVIEWS.items()},
        "hidden": groups | _names(_create_draft(users["other_owner"]).id, users["other_learner"]),
        "strayed": own | {name: foreign[name] for name in STRAYED} | {"number": 2},
        "missing": {name: _missing_id(value) for name, value in own.items()},
    }
    for name, user in users.items():
        make_second_factor(user, enabled=name in {"stranger", "other_owner"})
    common_names = _common_names(users)
    bad_tokens, revoked_admin = _bad_tokens(users["admin"]), _revoked_admin()
    objects = {name: common_names | names for name, names in objects.items()}
    return Dataset(users, bad_tokens | {"revoked_admin": revoked_admin.token}, objects, revoked_admin)


def _missing_id(name: Any) -> Any:
    if isinstance(name, list):
        return [_missing_id(name[0])]
    if isinstance(name, dict):  # by id
        return {_missing_id(each): value for each, value in name.items()}
    return MISSING_DOCUMENT_ID if isinstance(name, str) else MISSING_ROW_ID


def _create_users() -> dict[str, Person]:
    roles = {"admin": Role.ADMIN, "owner": Role.INSTRUCTOR, "other_owner": Role.INSTRUCTOR}
    names = ("stranger", "learner", "other_learner", "owner", "other_owner", "admin")
    return {name: make_person(roles.get(name, Role.STUDENT), name.title()) for name in names}


def _bad_tokens(admin: Person) -> dict[str, str]:
    """Create invalid tokens of administrators, who would be allowed everything."""
    claims = {"user_id": admin.id, "session_id": admin.session_id, "kind": "access"}
    expired = sessions.claims_for(**claims, issued=now() - 2 * HOUR, expires=now() - HOUR)
    disabled = make_person(Role.ADMIN, "Disabled")
    directory.change(by=admin.id, user_id=disabled.id, is_active=False)
    db.session.commit()
    return {"expired": tokens.mint(expired), "refresh": _refresh_token(admin), "disabled": disabled.token}


def _revoked_admin() -> Person:
    """Create a student with a revoked session, whom only stale entries in Redis present as a signed-in administrator."""
    revoked_admin = make_person(Role.STUDENT, "Revoked")
    db.session.execute(update(Session).where(Session.id == revoked_admin.session_id).values(revoked_at=now()))
    db.session.commit()
    return revoked_admin


def _refresh_token(user: Person) -> str:
    token = sessions.begin(db.session.get_one(User, user.id), user_agent="", ip="").refresh_token
    db.session.commit()
    return token


def _create_draft(owner: Person) -> CreatedCourse:
    course = make_course(owner, LESSONS, published=False)
    questions = [make_question(course, tags=["planets"]) for _ in range(3)]
    for lesson in course.lessons:
        if lesson.kind is LessonKind.VIDEO:
            put_video(lesson, make_ready_video(source="upload", asset_id=_create_asset()))
        elif lesson.kind is LessonKind.QUIZ:
            put_quiz(lesson, [section(*questions)], attempts_allowed=None)
        elif lesson.kind is LessonKind.ASSIGNMENT:
            put_assignment(lesson, attachments=[make_document_with_bytes(owner, purpose="attachment")], rubric=RUBRIC)
        else:
            put_document(lesson, make_document_with_bytes(owner))
    put_list(course, listed(make_book(owner)))
    return course


def _create_asset() -> str:
    """Create an asset that exists at the video service. Return its id."""
    payload = {"inputs": [{"url": SAMPLE}], "playback_policies": ["signed"]}
    return mux_python.AssetsApi(port.service()._client).create_asset(payload).data.id


def _create_background_work() -> Names:
    """Create a follower that parked one event and fails at the next, a parked command and event, and a failed mail."""
    follower = Follower(name="released-videos", position=1041, last_error="KeyError: 'version'")
    data = {"enrollment_id": 1, "user_id": 1, "course_id": MISSING_DOCUMENT_ID, "version": 1, "source": "self"}
    facts = {"type": EventType.ENROLLMENT_WITHDRAWN.value, "data": data, "occurred_at": now(), "published_at": now()}
    db.session.add_all([follower, *(Event(event_id=f"x:{n}", position=n, **facts) for n in (1041, 1042))])
    db.session.flush()
    parked = ParkedEvent(follower=follower.name, position=1041, tries=8, last_error="KeyError: 'version'")
    command = OutboxMessage(topic="video.released", payload={}, tries=8, parked_at=now())
    mail = Mail(template=MailTemplate.VERIFY_EMAIL, address="lea@school.test", cause="x", state=MailState.FAILED)
    about = {"type": "charge.refunded", "livemode": False, "vendor_created_at": now(), "body": b"{}"}
    payment_event = ReceivedPaymentEvent(event_id="evt_own", state=PaymentEventState.PARKED, tries=40, **about)
    db.session.add_all([parked, command, mail, payment_event])
    db.session.commit()
    ids = {"parked_id": parked.id, "command_id": command.id, "mail_id": mail.id, "payment_event_id": "evt_own"}
    return {"follower_name": follower.name, **ids}


def _create_coupon(admin: Person) -> int:
    coupon_id: int = coupon_changes.create(by=admin.id, code="NOT-USED", percent=50)["id"]
    db.session.commit()
    return coupon_id


def _create_upload(owner: Person) -> Names:
    """Create a file whose bytes are to be uploaded. Return its id, and the token of its URL."""
    file_id = make_file(owner, state=FileState.UPLOADING)["_id"]
    size = len(json.dumps(EXAMPLE))
    target = files.service().upload_target(f"staging/{file_id}", size=size, content_type=None, expires_at=now() + HOUR)
    return {"file_id": str(file_id), "upload_token": target.url.rpartition("/")[2]}


def _create_import(admin: Person) -> Names:
    """Create a spreadsheet that is ready, and an import of it. Return their ids."""
    file_id = str(make_file(admin, purpose="import", state=FileState.READY, type="text/csv")["_id"])
    requested = PeopleImport(file_id=file_id, dry_run=True, created_by=admin.id)
    db.session.add(requested)
    db.session.commit()
    return {"people_file_id": file_id, "import_id": requested.id}


def _create_question_import(owner: Person, course_id: str) -> Names:
    """Create a file of questions that is ready, and an import of it into a course. Return their ids."""
    file_id = _make_questions_file(owner)
    requested = QuestionImport(course_id=course_id, file_id=file_id, dry_run=True, created_by=owner.id)
    db.session.add(requested)
    db.session.commit()
    return {"questions_file_id": file_id, "question_import_id": requested.id}


def _create_grade_import(owner: Person, names: Names) -> Names:
    """Create a file of grades that is ready, and an import of it into a lesson. Return their ids."""
    file_id = _make_grades_file(owner)
    target = {name: names[name] for name in ("course_id", "lesson_id")}
    requested = GradeImport(**target, file_id=file_id, dry_run=True, created_by=owner.id)
    db.session.add(requested)
    db.session.commit()
    return {"grades_file_id": file_id, "grade_import_id": requested.id}


def _create_book_import(owner: Person) -> Names:
    """Create a file of books that is ready, and an import of it that has ended. Return their ids."""
    file_id = _make_books_file(owner)
    ended = BookImport(file_id=file_id, dry_run=False, created_by=owner.id, state=ImportState.DONE, finished_at=now())
    db.session.add(ended)
    db.session.commit()
    return {"books_file_id": file_id, "book_import_id": ended.id}


def _make_books_file(owner: Person) -> str:
    return str(make_file(owner, purpose="books", state=FileState.READY, type="text/csv")["_id"])


def _make_grades_file(owner: Person) -> str:
    return str(make_file(owner, purpose="grades", state=FileState.READY, type="text/csv")["_id"])


def _make_questions_file(owner: Person) -> str:
    return str(make_file(owner, purpose="questions", state=FileState.READY, type="text/plain")["_id"])


def _create_program(learner: Person, course_id: str) -> int:
    """Create a program of a course, with a learner. Return its id."""
    program = make_program()
    course = ProgramCourse(program_id=program.id, course_id=course_id, position=0)
    db.session.add_all([course, ProgramMember(program_id=program.id, user_id=learner.id)])
    db.session.commit()
    return program.id


def _create_groups(users: dict[str, Person], course_id: str, program_id: int) -> Names:
    """Create a group with a member, a course, a program and staff, and another one. Return their ids."""
    group, other = (Group(name=code, code=code, code_key=code) for code in ("ast-tu", "ast-we"))
    db.session.add_all([group, other])
    db.session.flush()
    member_of = GroupMember(group_id=group.id, user_id=users["learner"].id, joined_at=now())
    staff = GroupStaff(group_id=group.id, user_id=users["owner"].id)
    course = GroupCourse(group_id=group.id, course_id=course_id, changed_at=now())
    program = GroupProgram(group_id=group.id, program_id=program_id, changed_at=now())
    db.session.add_all([member_of, staff, course, program])
    db.session.commit()
    return {"group_id": group.id, "to_group_id": other.id, "program_id": program_id}


def _course_with_learner(owner: Person, learner: Person, versions: int = 1) -> Names:
    """Publish a course with a learner who has an override. Return the names of both."""
    course = _create_draft(owner)
    for _ in range(versions):
        publishing.publish(course_id=course.id, published_by=owner.id)
    names = _names(course.id, learner)
    enrollment = make_seat(learner, course)
    override = {"unlocks_at": now(), "without_prerequisites": True, "reason": "To try things out."}
    target = {name: names[name] for name in ("course_id", "user_id", "target_id")}
    exceptions.set_override(**target, **override, granted_by=owner.id)
    accommodation_id, regrade_id = _accommodate(names, owner), _request_regrade(names, owner)
    invitee = Invitee(f"pupil-of-{owner.email}", course_ids=[course.id])
    invitation = invitees.invite(invitee, invited_by=owner.id, scope=course.id)
    db.session.commit()
    invited = {
        "invitation_id": invitation.id,
        "invitation_token": invitations.mint_token(invitation, mailed=True),
    }
    begun = _start_attempt(learner, names) | _create_question_import(owner, course.id) | _save_draft(learner, names)
    begun |= {"submission_id": _grade_homework(owner, course), "review_id": _review(learner, course, names["book_id"])}
    begun |= {"order_id": store_order(learner, course, state=OrderState.PAID, paid_at=now()).id}
    return (
        names
        | {"enrollment_id": enrollment.id, "accommodation_id": accommodation_id, "regrade_id": regrade_id}
        | {"extension_id": _extend(names, owner)}
        | {"announcement_id": _announce(owner, course.id)}
        | _create_grade_import(owner, names)
        | invited
        | begun
    )


def _review(learner: Person, course: CreatedCourse, book_id: str) -> str:
    """Store the learner's reviews of a book and the course, for which their progress suffices. Return the latter's id.

    It was reported.
    """
    review_book(learner, book_id)
    complete(learner, course, course.lessons[2])
    review_id = review(learner, course)
    readers.report(review_id, by=MISSING_ROW_ID, reason=ReportReason.SPAM)
    return review_id


def _announce(owner: Person, course_id: str) -> str:
    """Publish an announcement. Return its id."""
    fields = {"title": "Clear skies", "text": "Bring a coat.", "is_published": True}
    return str(writing.create(announcements.of_course(course_id), by=owner.id, **fields)["_id"])


def _grade_homework(owner: Person, course: CreatedCourse) -> str:
    """Store homework with a grade that is not released. Return its id."""
    grade = {
        "points": Decimal128("7"),
        "max_points": Decimal128("10"),
        "levels": None,
        "comment": "",
        "private_note": "",
    }
    given = {"by": owner.id, "at": now(), "assignment_id": ObjectId(), "revision": 1}
    return store_submission(owner, course.lessons[6], grade=grade | given)


def _start_attempt(learner: Person, names: Names) -> Names:
    """Submit an attempt at the course's quiz, and start another. Return their ids, and those of a question and an option."""
    reading = _reading(learner, names, "quiz_lesson_id")
    submitted, _ = starting.start(**reading)
    submitting.submit(str(submitted["_id"]), user_id=learner.id)
    with suppress(AttemptOver):
        saving.save(str(submitted["_id"]), user_id=learner.id, given=[_first_option(submitted)])
    attempt, _ = starting.start(**reading)
    question = attempt_views.shown(attempt, now())["questions"][0]
    option_id = question["options"][0]["id"]
    asked = {"asked_id": question["question_id"], "option_id": option_id}
    return {"attempt_id": str(attempt["_id"]), "submitted_id": str(submitted["_id"])} | asked


def _save_draft(learner: Person, names: Names) -> Names:
    """Save a draft of the course's homework. Return the ids of a file that can be handed in."""
    file_id = make_document_with_bytes(learner, purpose="submission")
    given = {"text": "The sun lights it.", "url": None, "file_ids": []}
    homework_saving.save(**_reading(learner, names, "assignment_lesson_id"), given=given)
    return {"submitted_file_ids": [file_id]}


def _reading(learner: Person, names: Names, lesson: str) -> dict[str, Any]:
    """Return a lesson as it is open to a learner, and their seat."""
    reader = Caller(learner.id, learner.role, learner.session_id, issued_at=0)
    seat = entitlements.seat(learner.id, names["course_id"])
    return {"lesson": visibility.resolve(names[lesson], reader), "seat": seat}


def _first_option(attempt: WholeAttempt) -> Given:
    """Return the answer that chooses the first option of the first question."""
    question = attempt_views.shown(attempt, now())["questions"][0]
    chosen = {"question_id": question["question_id"], "answer": question["options"][0]["id"], "seq": 1}
    return {**chosen, "client_time": now(), "seconds": None}


def _request_regrade(names: Names, owner: Person) -> str:
    """Request a regrade of a question. Return its id."""
    question, rule = questions.find(names["question_id"]), RegradeRule.FULL_POINTS
    about = {"from_version": 1, "rule": rule, "may_lower": False, "reason": "The key was wrong."}
    return str(regrades.request(regrades.prepare(question, by=owner.id, **about))["_id"])


def _accommodate(names: Names, owner: Person) -> int:
    """Grant the learner more time in all quizzes, and in that of a lesson. Return the id of the latter."""
    target = {name: names[name] for name in ("course_id", "lesson_id", "user_id")}
    granted = QuizAccommodation(**target, extra_seconds=600, reason="Was ill.", granted_by=owner.id)
    everywhere = Accommodation(user_id=names["user_id"], time_factor=Decimal("1.25"), granted_by=owner.id)
    db.session.add_all([granted, everywhere])
    db.session.flush()
    return granted.id


def _extend(names: Names, owner: Person) -> int:
    """Give the learner more time for the homework of a lesson. Return the id of the extension."""
    target = {name: names[name] for name in ("course_id", "lesson_id", "user_id")}
    extension = Extension(**target, due_at=now(), reason="Was ill.", granted_by=owner.id)
    db.session.add(extension)
    db.session.commit()
    return extension.id


def _names(course_id: str, learner: Person) -> Names:
    course = courses.draft(course_id)
    module = course["modules"][0]
    lesson_ids = [str(lesson_id) for lesson_id in module["lesson_ids"]]
    video = videos.find(str(lessons.draft(lesson_ids[0])["video_id"]))
    return {
        "course_id": course_id,
        "module_id": module["id"],
        "lesson_id": lesson_ids[0],
        "lesson_ids": lesson_ids,
        "document_lesson_id": lesson_ids[2],
        "quiz_lesson_id": lesson_ids[4],
        "graded_lessons": {lesson_ids[4]: {"category_id": "tests"}},
        "assignment_lesson_id": lesson_ids[6],
        "attachments": [*map(str, assignment_drafts.read(lessons.draft(lesson_ids[6]))["attachments"])],
        "question_id": str(
            quiz_drafts.read(lessons.draft(lesson_ids[4]))["sections"][0]["questions"][0]["question_id"]
        ),
        "book_id": str(course["reading_list"][0]["book_id"]),
        "document_id": str(lessons.draft(lesson_ids[2])["document_id"]),
        "target_id": lesson_ids[0],
        "video_id": str(video["_id"]),
        "asset_id": video["asset_id"],
        "number": 1,
        "to_version": 1,
        "user_id": learner.id,
        "user_ids": [learner.id],
        "enrollment_id": MISSING_ROW_ID,
        "invitation_id": MISSING_ROW_ID,
        "accommodation_id": MISSING_ROW_ID,
        "extension_id": MISSING_ROW_ID,
        "grade_import_id": MISSING_ROW_ID,
        "grades_file_id": MISSING_DOCUMENT_ID,
        "attempt_id": MISSING_DOCUMENT_ID,
        "submitted_id": MISSING_DOCUMENT_ID,
        "submission_id": MISSING_DOCUMENT_ID,
        "review_id": MISSING_DOCUMENT_ID,
        "order_id": MISSING_ROW_ID,
        "announcement_id": MISSING_DOCUMENT_ID,
        "submitted_file_ids": [MISSING_DOCUMENT_ID],
        "regrade_id": MISSING_DOCUMENT_ID,
        "asked_id": MISSING_DOCUMENT_ID,
        "option_id": MISSING_DOCUMENT_ID,
        "question_import_id": MISSING_ROW_ID,
        "books_file_id": MISSING_DOCUMENT_ID,
        "book_import_id": MISSING_ROW_ID,
        "questions_file_id": MISSING_DOCUMENT_ID,
        "course_ids": [course_id],
        "event_id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca",
    }


def _common_names(users: dict[str, Person]) -> Names:
    """Return the body fields that are the same for all objects."""
    event = {"id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca", "type": "video.live_stream.idle", "data": {}}
    webhooks.receive(json.dumps(event).encode(), event)
    return {
        "video_url": SAMPLE,
        "coupon": None,
        "expires_at": (now() + timedelta(days=365)).isoformat(),
        "photo_size": "small",
        "admin_books_file_id": _make_books_file(users["admin"]),
        "admin_questions_file_id": _make_questions_file(users["admin"]),
        "admin_grades_file_id": _make_grades_file(users["admin"]),
        "teacher_ids": [users["owner"].id],
        "instructor_ids": [users["owner"].id, users["other_owner"].id],
        "newcomer_id": users["stranger"].id,
        "newcomer_ids": [users["stranger"].id],
        "staff_ids": [users["other_owner"].id],
        "username": users["owner"].email,
        "password": PASSWORD,
        "current_password": PASSWORD,
        "refresh_token": _refresh_token(users["owner"]),
        "mfa_token": _mfa_token(users["stranger"]),
        "new_password": "another walrus entirely",
        **_link_tokens(users["other_learner"]),
    }


def _link_tokens(user: Person) -> Names:
    """Return the token of a link for each purpose, by its name: of an address that was changed and is to change again."""
    account = db.session.get_one(User, user.id)
    done, pending = (
        AddressChange(user_id=user.id, old_address=old, old_key=old, new_address=new, confirmed_at=confirmed_at)
        for old, new, confirmed_at in (
            ("former@example.com", user.email, now()),
            (user.email, "next@example.com", None),
        )
    )
    db.session.add_all([done, pending])
    db.session.commit()
    return {
        Purpose.VERIFY_EMAIL.value: verification.mint_token(account),
        Purpose.RESET_PASSWORD.value: recovery.mint_token(account, mailed=True),
        Purpose.CONFIRM_ADDRESS.value: addresses.mint_confirmation(pending),
        Purpose.UNDO_ADDRESS.value: addresses.mint_undo(done),
    }


def _mfa_token(person: Person) -> str:
    enabled_at = second_factor.enabled_at(person.id)
    assert enabled_at is not None
    return mfa_tokens.mint(db.session.get_one(User, person.id), enabled_at=enabled_at)
