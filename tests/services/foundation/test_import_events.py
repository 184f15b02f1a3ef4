"""Every kind of import records how it ended, once."""

import pytest
from sqlalchemy import select, update

from learnstream.models import Event, Role, User
from learnstream.services.enrollment.imports import jobs as people_jobs
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests import grade_imports, imports, question_imports
from tests.homework import hand_in, make_assignment_lesson


def recorded():
    db.session.rollback()
    found = db.session.scalars(select(Event).where(Event.type == "import.finished").order_by(Event.id))
    return [(each.event_id, each.data) for each in found]


def event(kind, done, by, outcome="done", dry_run=False, **target):
    data = {"kind": kind, "import_id": done["id"], "by": by.id, "outcome": outcome, "dry_run": dry_run}
    return f"import.finished:{kind}:{done['id']}:{outcome}", data | {"course_id": None, "lesson_id": None} | target


@pytest.mark.parametrize("dry_run", [False, True])
def test_of_people(client, admin, dry_run):
    done = imports.finished(client, admin, dry_run=dry_run)

    people_jobs.carry_out({"import_id": done["id"]})
    db.session.commit()

    assert recorded() == [event("people", done, admin, dry_run=dry_run)]


def test_of_questions(client, owner, course):
    done = question_imports.finished(client, course, owner, question_imports.GIFT)

    assert recorded() == [event("questions", done, owner, course_id=course.id)]


def test_of_grades(client, owner, learner, course):
    lesson = make_assignment_lesson(course)
    submission = hand_in(client, learner, lesson)
    rows = grade_imports.table(["submission_id", "points"], [submission["id"], "7"])

    done = grade_imports.finished(client, lesson, owner, rows)

    assert recorded() == [event("grades", done, owner, course_id=course.id, lesson_id=lesson.id)]


def test_of_one_whose_requester_has_lost_the_right_to_it(client, admin):
    requested = imports.create(client, admin, imports.upload(admin)).json
    db.session.execute(update(User).values(role=Role.STUDENT))
    db.session.commit()

    outbox.relay(topic=people_jobs.TOPIC)

    assert recorded() == [event("people", requested, admin, outcome="failed")]


def test_an_import_that_waits_is_not_finished(client, admin):
    imports.create(client, admin, imports.upload(admin))
    assert recorded() == []

    outbox.relay(topic=people_jobs.TOPIC)
    assert len(recorded()) == 1
