from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.models import Enrollment, SeatStatus
from learnstream.schemas.learning.course_progress import CourseJourneySchema
from learnstream.stores.sql import db
from tests.factories import make_course, make_lesson, make_person, make_ready_video, make_seat, order, put_video
from tests.learning import complete, make_record

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def course(owner):
    """Two videos and two texts."""
    kinds = (LessonKind.VIDEO, LessonKind.TEXT, LessonKind.VIDEO, LessonKind.TEXT)
    lessons = [{"title": f"Lesson {number}", "kind": kind} for number, kind in enumerate(kinds, start=1)]
    course = make_course(owner, lessons, published=False)
    for lesson in course.lessons[::2]:
        put_video(lesson, make_ready_video())
    return course


@pytest.fixture
def modules(owner, course):
    return order(owner, course, {"lessons": course.lessons[:3]}, {"lessons": course.lessons[3:]})


@pytest.fixture
def learner(course, modules):
    person = make_person(name="Lea")
    make_seat(person, course)
    return person


@pytest.fixture
def read(client, course, learner):
    def read(person=learner, status=200):
        response = client.get(f"/courses/{course.id}/progress", auth=person)
        assert response.status_code == status
        return response.json

    return read


def at(minutes):
    return THEN + timedelta(minutes=minutes)


def position(seconds, minutes):
    return {"position": {"seconds": seconds, "at": at(minutes), "seq": 1}}


def test_initial_progress_is_zero(read, course, modules):
    response = read()

    first = {"lesson_id": course.lessons[0].id, "title": "Lesson 1", "module_id": modules[0], "position": 0.0}
    assert (response["fraction"], response["completed"], response["lesson_count"]) == (0.0, False, 4)
    assert (response["next_lesson"], response["resume"], response["last_active_at"]) == (first, first, None)
    assert {lesson["fraction"] for lesson in response["lessons"]} == {0.0}


def test_progress_is_reported_by_course_module_and_lesson(read, course, modules, learner):
    video, text, *_ = course.lessons
    make_record(learner, course, video, watched=0.5, **position(50.5, 3))
    complete(learner, course, text, completed_at=at(5), opened_at=at(4))

    response = read()

    assert (response["fraction"], response["completed_lessons"], response["watched_seconds"]) == (0.375, 1, 50)
    assert response["last_active_at"] == at(5).isoformat()
    one, other = response["modules"]
    assert (one["id"], one["fraction"], one["completed_lessons"], one["lesson_count"]) == (modules[0], 0.5, 1, 3)
    assert (other["id"], other["fraction"], other["completed"]) == (modules[1], 0.0, False)
    watched, opened, *_ = response["lessons"]
    assert (watched["fraction"], watched["watched_seconds"], watched["position"]) == (0.5, 50, 50.5)
    assert (watched["completed"], watched["last_active_at"]) == (False, at(3).isoformat())
    assert (opened["fraction"], opened["completed_at"], opened["completed_by"]) == (1.0, at(5).isoformat(), "opened")


def test_a_completed_lesson_counts_fully(read, course, learner):
    complete(learner, course, course.lessons[0], watched=0.9)

    response = read()

    assert (response["fraction"], response["lessons"][0]["fraction"]) == (0.25, 0.9)


def test_a_module_and_the_course_are_completed_with_their_last_lesson(read, course, learner):
    for number, lesson in enumerate(course.lessons):
        complete(learner, course, lesson, completed_at=at(number))

    response = read()

    assert (response["completed"], response["completed_at"], response["fraction"]) == (True, at(3).isoformat(), 1.0)
    assert [module["completed_at"] for module in response["modules"]] == [at(2).isoformat(), at(3).isoformat()]
    assert (response["next_lesson"], response["resume"]) == (None, None)


def test_the_last_unfinished_lesson_is_suggested(read, course, learner):
    make_record(learner, course, course.lessons[0], watched=0.1, **position(10.0, 1))
    make_record(learner, course, course.lessons[2], watched=0.2, **position(20.0, 2))

    response = read()

    assert (response["resume"]["lesson_id"], response["resume"]["position"]) == (course.lessons[2].id, 20.0)
    assert response["next_lesson"]["lesson_id"] == course.lessons[0].id


def test_the_lesson_after_a_completed_one_is_suggested(read, course, learner):
    make_record(learner, course, course.lessons[0], watched=0.1, **position(10.0, 1))
    complete(learner, course, course.lessons[2], **position(99.0, 2))

    assert (read()["resume"]["lesson_id"], read()["resume"]["position"]) == (course.lessons[0].id, 10.0)


def test_closed_lessons_are_marked_and_skipped(read, owner, course, learner):
    video, text, _, other_text = course.lessons
    entries = {1: {"needs": [video]}, 2: {"release": {"after_days": 9}}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})
    assert [lesson["locked"] for lesson in read()["lessons"]] == [False, True, True, False]
    assert read()["next_lesson"]["lesson_id"] == video.id

    complete(learner, course, video)

    assert [lesson["locked"] for lesson in read()["lessons"]] == [False, False, True, False]
    complete(learner, course, text)
    assert read()["next_lesson"]["lesson_id"] == other_text.id


def test_overridden_lessons_are_not_closed(client, read, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 9}})
    grant = {"unlocks_at": THEN.isoformat(), "reason": "Was ill."}
    path = f"/courses/{course.id}/learners/{learner.id}/overrides/{course.lessons[1].id}"
    client.put(path, json=grant, auth=owner)

    assert [lesson["locked"] for lesson in read()["lessons"]] == [True, False, True, True]


def test_progress_of_a_lesson_is_kept_across_versions(client, read, owner, course, learner):
    complete(learner, course, *course.lessons[:2])
    client.delete(f"/lessons/{course.lessons[1].id}", auth=owner)
    make_lesson(owner, course.id, "Added")
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)
    assert (read()["version"], read()["completed_lessons"], read()["lesson_count"]) == (1, 2, 4)

    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    response = read()
    assert (response["version"], response["completed_lessons"], response["lesson_count"]) == (3, 1, 4)
    assert response["lessons"][-1]["title"] == "Added"


def test_a_replaced_video_resets_progress_but_not_completion(read, owner, course, learner):
    complete(learner, course, course.lessons[0], watched=1.0)
    put_video(course.lessons[0], make_ready_video())
    order(owner, course, {"lessons": course.lessons})

    [lesson, *_] = read()["lessons"]

    assert (lesson["fraction"], lesson["watched_seconds"], lesson["completed"]) == (0.0, 0, True)


def test_a_completed_course_stays_completed(client, read, owner, course, learner):
    complete(learner, course, *course.lessons)
    seat = db.session.query(Enrollment).one()
    seat.status, seat.completed_at = SeatStatus.COMPLETED, THEN
    db.session.commit()
    make_lesson(owner, course.id, "Added")
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    response = read()

    assert (response["completed"], response["completed_at"], response["fraction"]) == (True, THEN.isoformat(), 1.0)
    assert (response["completed_lessons"], response["lesson_count"]) == (4, 5)
    assert response["next_lesson"]["title"] == "Added"


def test_records_of_other_learners_are_not_shown(read, course, learner):
    other = make_person()
    make_seat(other, course)
    complete(other, course, *course.lessons)

    assert read()["completed_lessons"] == 0


def test_a_stranger_is_told_to_enroll(read, stranger, owner, admin):
    assert [read(person, 403)["code"] for person in (stranger, owner, admin)] == ["not_enrolled"] * 3


def test_an_ended_enrollment_is_reported(read, course):
    late = make_person()
    make_seat(late, course, expires_at=now())

    assert read(late, 403)["code"] == "enrollment_expired"


def test_a_guest_must_sign_in(client, course):
    assert client.get(f"/courses/{course.id}/progress").status_code == 401


def test_unknown_courses_and_drafts_are_not_found(client, draft_course, stranger):
    for course_id in (ObjectId(), draft_course.id):
        assert client.get(f"/courses/{course_id}/progress", auth=stranger).status_code == 404


def test_the_serialized_bytes_match_the_schema(read, owner, course, learner):
    make_record(learner, course, course.lessons[0], watched=0.5, **position(50.5, 3))
    complete(learner, course, course.lessons[1], opened_at=at(4))

    response = read()

    assert response.keys() == CourseJourneySchema().fields.keys()
    assert CourseJourneySchema().dump(CourseJourneySchema().load(response)) == response


@pytest.mark.parametrize("count", [3, 150])
def test_a_large_course_needs_as_many_queries_as_a_small_one(client, owner, learner, queries, plans, count):
    course = make_course(owner, [{"title": str(number)} for number in range(count)])
    make_seat(learner, course)
    complete(learner, course, *course.lessons)
    path = f"/courses/{course.id}/progress"
    client.get(path, auth=learner)
    queries.clear()
    assert client.get(path, auth=learner).json["completed_lessons"] == count
    # Session and seat; then the records.
    assert queries == ["redis", "find"]

    with plans:
        client.get(path, auth=learner)

    assert (plans.scans, plans.examined("progress")) == ([], count)
