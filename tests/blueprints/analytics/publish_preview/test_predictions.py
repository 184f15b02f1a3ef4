"""Predictions match what publishing does, and are cheap."""

import random

import pytest
import sqlalchemy as sa
from bson import ObjectId

from learnstream.documents import CourseProgress, LessonKind
from learnstream.services.analytics import publish_impact, rollup
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db
from tests.blueprints.analytics.publish_preview.drafts import effect, migration_options, publish, remove
from tests.factories import make_lesson, make_person, make_ready_video, make_seat
from tests.factories import put_video as put
from tests.learning import complete, make_record
from tests.statements import sql_heard_by


def test_learners_beyond_the_time_limit_are_left_out(preview, owner, course, lea, monkeypatch):
    make_lesson(owner, course.id, "Added")
    monkeypatch.setattr(publish_impact, "TIME_LIMIT", -1)

    response = preview()

    assert (effect(response), response.json["effects"]["migrate"]["counted"]) == ((1, 0, 0, 0), 0)
    monkeypatch.undo()
    assert preview().json["effects"]["migrate"]["counted"] == 1


def test_large_changes_are_evaluated_in_small_batches(preview, owner, course, lea, monkeypatch):
    people = [make_person(name="Pat") for _ in range(5)]
    for person in people:
        make_seat(person, course)
        complete(person, course, course.lessons[0])
    make_lesson(owner, course.id, "Added")
    monkeypatch.setattr(publish_impact, "LOOKUPS", 2)

    assert list(migration_options(preview())) == [lea.id, *(person.id for person in people)]


@pytest.mark.parametrize("seed", range(6))
def test_predictions_match_the_publication(preview, owner, seed, course):
    rng = random.Random(seed)
    people = _seed_learners(rng, owner, course)
    _random_edit(rng, owner, course)
    predicted = {each["user_id"]: each for each in preview(page_size=100).json["affected"]}
    progress_before = _progress_by_learner(course)
    assert predicted

    publish(course, owner)
    rollup.run(rest=0)

    progress_after = _progress_by_learner(course)
    for person in people:
        if person.id in predicted:
            predicted_before, predicted_after = (predicted[person.id][side] for side in ("before", "after"))
            assert (predicted_before["fraction"], predicted_before["completed"]) == progress_before[person.id]
            assert (predicted_after["fraction"], predicted_after["completed"]) == progress_after[person.id]
        else:
            assert progress_after[person.id] == progress_before[person.id]


def _seed_learners(rng, owner, course):
    """Create learners of several versions with random progress."""
    people = []
    for _ in range(3):
        for _ in range(4):
            people.append(make_person(name="Pat"))
            make_seat(people[-1], course)
            _random_progress(rng, people[-1], course)
        rollup.run(rest=0)
        _random_edit(rng, owner, course)
        publish(course, owner, Learners.KEEP)
    return people


def _random_progress(rng, person, course):
    for lesson in course.lessons:
        if rng.random() < 0.7:
            if rng.random() < 0.5:
                complete(person, course, lesson)
            elif lesson.kind is LessonKind.VIDEO:
                make_record(person, course, lesson, watched=round(rng.random(), 2))


def _random_edit(rng, owner, course):
    course.lessons.append(make_lesson(owner, course.id, "Added"))
    course.lessons.append(made := make_lesson(owner, course.id, "Film", kind=LessonKind.VIDEO))
    put(made, make_ready_video())
    put(rng.choice([each for each in course.lessons if each.kind is LessonKind.VIDEO]), make_ready_video())
    if rng.random() < 0.8:
        gone = rng.choice(course.lessons[:-2])
        course.lessons.remove(gone)
        remove(gone)


def _progress_by_learner(course):
    found = CourseProgress.collection().find({"course_id": ObjectId(course.id)})
    return {each["user_id"]: (each["fraction"], each["completed_at"] is not None) for each in found}


def test_learners_are_read_by_index(preview, client, owner, course, lea, plans):
    for _ in range(20):
        make_seat(make_person(name="Pat"), course)
    preview()
    make_lesson(owner, course.id, "Added")

    with plans:
        client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    assert plans.scans == []
    assert plans.examined("course_progress") <= 21


@pytest.fixture
def statements(app):
    """The statements sent to PostgreSQL, with their parameters."""
    asked = []

    def note(connection, cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    with sql_heard_by(note):
        yield asked


def test_enrollments_are_read_in_index_order(client, owner, course, lea, statements, other_seats):
    make_lesson(owner, course.id, "Added")
    client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    statement, parameters = next(each for each in statements if "user_id >" in each[0])
    other_seats()
    # This course's few seats would be sorted at no cost: the test is whether the index can return them in order.
    db.session.execute(sa.text("SET LOCAL enable_sort = off"))
    cursor = db.session.connection().connection.cursor()
    cursor.execute(f"EXPLAIN {statement}", parameters)
    plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "ix_enrollments_course_version" in plan
    assert "Sort" not in plan
