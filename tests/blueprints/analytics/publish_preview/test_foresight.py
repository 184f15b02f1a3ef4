"""What is foretold comes true, and costs little."""

import random

import pytest
import sqlalchemy as sa
from bson import ObjectId

from learnstream.documents import CourseProgress, LessonKind
from learnstream.services.analytics import publish_impact, rollup
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db
from tests.blueprints.analytics.publish_preview.drafts import effect, publish, remove, ways
from tests.factories import make_lesson, make_person, make_ready_video, make_seat
from tests.factories import put_video as put
from tests.learning import complete, make_record


def test_who_cannot_be_counted_in_time_is_left_out(look, owner, course, lea, monkeypatch):
    make_lesson(owner, course.id, "Added")
    monkeypatch.setattr(publish_impact, "PATIENCE", -1)

    answer = look()

    assert (effect(answer), answer.json["effects"]["migrate"]["counted"]) == ((1, 0, 0, 0), 0)
    monkeypatch.undo()
    assert look().json["effects"]["migrate"]["counted"] == 1


def test_learners_are_counted_in_small_batches_where_much_has_changed(look, owner, course, lea, monkeypatch):
    people = [make_person(name="Pat") for _ in range(5)]
    for person in people:
        make_seat(person, course)
        complete(person, course, course.lessons[0])
    make_lesson(owner, course.id, "Added")
    monkeypatch.setattr(publish_impact, "LOOKUPS", 2)

    assert list(ways(look())) == [lea.id, *(person.id for person in people)]


@pytest.mark.parametrize("seed", range(6))
def test_what_was_foreseen_comes_true(look, owner, seed, course):
    chance = random.Random(seed)
    people = _school(chance, owner, course)
    _edit(chance, owner, course)
    foreseen = {each["user_id"]: each for each in look(page_size=100).json["affected"]}
    before = _standings(course)
    assert foreseen

    publish(course, owner)
    rollup.run(rest=0)

    after = _standings(course)
    for person in people:
        if person.id in foreseen:
            stood, stands = (foreseen[person.id][side] for side in ("before", "after"))
            assert (stood["fraction"], stood["completed"]) == before[person.id]
            assert (stands["fraction"], stands["completed"]) == after[person.id]
        else:
            assert after[person.id] == before[person.id]


def _school(chance, owner, course):
    """Learners of several versions, who have done this and that."""
    people = []
    for _ in range(3):
        for _ in range(4):
            people.append(make_person(name="Pat"))
            make_seat(people[-1], course)
            _learn(chance, people[-1], course)
        rollup.run(rest=0)
        _edit(chance, owner, course)
        publish(course, owner, Learners.KEEP)
    return people


def _learn(chance, person, course):
    for lesson in course.lessons:
        if chance.random() < 0.7:
            if chance.random() < 0.5:
                complete(person, course, lesson)
            elif lesson.kind is LessonKind.VIDEO:
                make_record(person, course, lesson, watched=round(chance.random(), 2))


def _edit(chance, owner, course):
    course.lessons.append(make_lesson(owner, course.id, "Added"))
    course.lessons.append(made := make_lesson(owner, course.id, "Film", kind=LessonKind.VIDEO))
    put(made, make_ready_video())
    put(chance.choice([each for each in course.lessons if each.kind is LessonKind.VIDEO]), make_ready_video())
    if chance.random() < 0.8:
        gone = chance.choice(course.lessons[:-2])
        course.lessons.remove(gone)
        remove(gone)


def _standings(course):
    found = CourseProgress.collection().find({"course_id": ObjectId(course.id)})
    return {each["user_id"]: (each["fraction"], each["completed_at"] is not None) for each in found}


def test_the_stores_find_learners_by_their_indexes(look, client, owner, course, lea, plans):
    for _ in range(20):
        make_seat(make_person(name="Pat"), course)
    look()
    make_lesson(owner, course.id, "Added")

    with plans:
        client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    assert plans.scans == []
    assert plans.examined("course_progress") <= 21


@pytest.fixture
def statements(app):
    """What PostgreSQL was asked, with the parameters."""
    asked = []

    def note(connection, cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_seats_are_read_in_the_order_of_their_index(client, owner, course, lea, statements, seats_elsewhere):
    make_lesson(owner, course.id, "Added")
    client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    statement, parameters = next(each for each in statements if "user_id >" in each[0])
    seats_elsewhere()
    # The few of this course would be sorted at no cost: the question is whether the index can give them in order.
    db.session.execute(sa.text("SET LOCAL enable_sort = off"))
    cursor = db.session.connection().connection.cursor()
    cursor.execute(f"EXPLAIN {statement}", parameters)
    plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "ix_enrollments_course_version" in plan
    assert "Sort" not in plan
