import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Follower, Grade, GradeCause, GradeChange, GradeKind, Role, Session, User
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.extension import Extension
from learnstream.models.grade_import import GradeImport
from learnstream.models.mail import Mail, MailTemplate
from learnstream.models.people_import import PeopleImport
from learnstream.models.question_import import QuestionImport
from learnstream.services.accounts import invitees
from learnstream.services.accounts.invitees import Invitee
from learnstream.services.analytics import rollup
from learnstream.services.enrollment import (
    group_courses,
    group_members,
    group_programs,
    group_staff,
    groups,
    program_members,
)
from learnstream.services.foundation import audit, outbox, parked_events
from learnstream.services.media import webhooks
from learnstream.stores.sql import db
from tests.factories import (
    Person,
    make_course,
    make_person,
    make_program,
    make_seat,
    make_subject,
    make_video,
    show_video,
)
from tests.learning import make_record

NEXT = re.compile(r'<(/[^>]+)>; rel="next"')
TITLES = ("apple", "Banana", "Äpfel", "banana", "Cherry", "Apple")


@dataclass(frozen=True)
class Catalogue:
    """Six courses of an owner, and a learner in all of them who has read something in each."""

    owner: Person
    learner: Person
    courses: list
    ids: dict  # of objects that have lists, by the names of parameters


@pytest.fixture
def walk(client):
    """Follow a list's `Link` headers from a URL on; return its entries, page by page."""

    def walk(path, auth=None, between=lambda: None):
        parts = []
        while path:
            response = client.get(path, auth=auth)
            assert response.status_code == 200, response.text
            parts.append(response.json)
            path = link[1] if (link := NEXT.fullmatch(response.headers.get("Link", ""))) else None
            assert ("X-Next-Cursor" in response.headers) == bool(path)
            if path and len(parts) == 1:
                between()
        return parts

    return walk


@pytest.fixture
def catalogue(keep):
    return keep(create_catalogue)


@pytest.fixture
def full_lists(keep):
    """A catalogue with entries in every list."""
    return keep(fill_lists)


def create_catalogue():
    owner, learner = make_person(Role.INSTRUCTOR, "Ines"), make_person(Role.STUDENT, "Lea")
    subject = make_subject("Biology")
    courses = [
        make_course(owner, title=title, summary="fruit " * (1 + number % 3), subject_id=subject.id)
        for number, title in enumerate(TITLES)
    ]
    for number, course in enumerate(courses):
        # Of three seats each, the first are as old as one another.
        make_seat(learner, course, enrolled_at=now() - timedelta(days=max(3, number)))
        make_record(learner, course, course.text, opened_at=now())
    lesson = {"course_id": courses[0].id, "lesson_id": courses[0].text.id}
    ids = {**lesson, "subject_id": subject.id, "user_id": learner.id}
    return Catalogue(owner, learner, courses, ids)


def fill_lists():
    catalogue = create_catalogue()
    course = catalogue.courses[0]
    db.session.add(Follower(name="released-videos", position=6))
    db.session.commit()
    programs = []
    for number in range(6):
        person = make_person(name=f"Person {number % 4}", created_at=now() - timedelta(days=number // 2))
        make_seat(person, course)
        if number % 2:
            make_record(person, course, course.text, opened_at=now() - timedelta(days=number), completed_at=now())
        audit.record("user.created", actor_id=None, target_kind="user", target_id=person.id)
        db.session.add(Session(user_id=catalogue.learner.id, expires_at=now() + timedelta(days=30), last_used_at=now()))
        db.session.commit()
        made = make_video(created_at=now().replace(microsecond=0))
        show_video(course, course.video, made)
        event = {"id": f"e{number}", "type": "video.asset.created", "data": {}, "object": {"id": "a"}}
        webhooks.receive(json.dumps(event).encode(), event)
        outbox.add("test")
        invitee = Invitee(f"pupil{number}@example.com")
        invitees.invite(invitee, invited_by=catalogue.owner.id, scope=course.id)
        parked_events.park("released-videos", number, 8, "RuntimeError")
        db.session.add(
            QuestionImport(course_id=course.id, file_id="f" * 24, dry_run=True, created_by=catalogue.owner.id)
        )
        into = {"course_id": course.id, "lesson_id": course.text.id}
        db.session.add(GradeImport(**into, file_id="f" * 24, dry_run=True, created_by=catalogue.owner.id))
        db.session.add(PeopleImport(file_id="f" * 24, dry_run=True, created_by=catalogue.owner.id))
        db.session.add(Mail(template=MailTemplate.VERIFY_EMAIL, address=person.email, cause=f"test:{number}"))
        group = groups.create(by=catalogue.owner.id, name=TITLES[number], code=f"group-{number}")
        group_members.add(group["id"], [catalogue.learner.id], by=catalogue.owner.id)
        group_staff.replace(group["id"], [catalogue.owner.id], by=catalogue.owner.id)
        make_subject(f"Subject {number}")
        granted = {"extra_seconds": number, "reason": "Was ill.", "granted_by": catalogue.owner.id}
        quiz = {"course_id": course.id, "lesson_id": course.text.id, "user_id": person.id}
        db.session.add(QuizAccommodation(**quiz, **granted))
        db.session.add(Extension(**quiz, due_at=now(), reason="Was ill.", granted_by=catalogue.owner.id))
        program = make_program(course, title=TITLES[number])
        program_members.add(program.id, [catalogue.learner.id], by=catalogue.owner.id)
        programs.append(program.id)
    for each in programs:
        group_programs.give(group["id"], each, by=catalogue.owner.id)
    everybody = db.session.scalars(select(User.id)).all()
    group_members.add(group["id"], everybody, by=catalogue.owner.id)
    program_members.add(program.id, everybody, by=catalogue.owner.id)
    for each in catalogue.courses:
        group_courses.give(group["id"], each.id, by=catalogue.owner.id)
    assert rollup.run(rest=0)
    _change_grade(catalogue)
    return replace(catalogue, ids=catalogue.ids | {"group_id": group["id"], "program_id": program.id})


def _change_grade(catalogue):
    """Create the learner's grade in a lesson, which has changed six times."""
    of_lesson = {name: catalogue.ids[name] for name in ("user_id", "course_id", "lesson_id")}
    grade = Grade(**of_lesson, kind=GradeKind.QUIZ, revision=len(TITLES))
    db.session.add(grade)
    db.session.flush()
    entry = {"grade_id": grade.id, "at": now(), "cause": GradeCause.RESULT}
    db.session.add_all(GradeChange(**entry, revision=number) for number in range(1, len(TITLES) + 1))
    db.session.commit()
