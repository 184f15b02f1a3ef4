"""Lessons that have not opened to a learner yet, at every door that leads to them."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from tests.factories import make_course, make_person, make_ready_video, make_seat, order, put_video
from tests.learning import complete, make_record

VIDEO = {"kind": LessonKind.VIDEO}


@pytest.fixture(params=["", "/playback", "/progress"], ids=["body", "playback", "progress"])
def door(request, client):
    """Ask for a lesson through one of the doors."""

    def door(lesson, person):
        return client.get(f"/lessons/{lesson.id}{request.param}", auth=person)

    return door


@pytest.fixture
def course(owner):
    """Four video lessons that play."""
    course = make_course(owner, [{"title": f"Lesson {number}", **VIDEO} for number in range(1, 5)], published=False)
    for lesson in course.lessons:
        put_video(lesson, make_ready_video())
    return course


@pytest.fixture
def learner(owner, course):
    order(owner, course, {"lessons": course.lessons})
    person = make_person(name="Lea")
    make_seat(person, course)
    return person


def in_days(days):
    return now() + timedelta(days=days)


def test_a_lesson_waits_for_another(door, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    make_record(learner, course, first, watched=0.61)

    answer = door(second, learner)

    assert (answer.status_code, answer.json["code"]) == (403, "prerequisite_missing")
    lacking = {"kind": "lesson", "id": first.id, "title": "Lesson 1", "fraction": 0.61, "threshold": 0.9}
    assert answer.json["missing"] == [lacking]
    assert answer.json["detail"] == "Complete these first: lesson “Lesson 1” (61% of the required 90% watched)."
    assert door(first, learner).status_code == 200


def test_it_opens_as_soon_as_that_is_completed(door, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    assert door(second, learner).status_code == 403

    complete(learner, course, first)

    assert door(second, learner).status_code == 200


def test_what_others_completed_opens_nothing(door, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    complete(make_person(), course, first)

    assert door(second, learner).status_code == 403


def test_a_module_waits_for_all_lessons_of_another(door, owner, course, learner):
    first, second, third, fourth = course.lessons
    one, _ = order(owner, course, {"lessons": [first, second]}, {"lessons": [third, fourth], "needs": [0]})
    complete(learner, course, first)

    closed = door(third, learner)
    complete(learner, course, second)

    lacking = {"kind": "module", "id": one, "title": "Module 1", "completed_lessons": 1, "lesson_count": 2}
    assert closed.json["missing"] == [lacking]
    assert "1 of 2 lessons" in closed.json["detail"]
    assert [door(lesson, learner).status_code for lesson in (third, fourth)] == [200, 200]


def test_a_module_without_lessons_is_no_obstacle(door, owner, course, learner):
    order(owner, course, {"lessons": []}, {"lessons": course.lessons, "needs": [0]})

    assert door(course.lessons[0], learner).status_code == 200


def test_everything_that_lacks_is_named(door, owner, course, learner):
    first, second, third, fourth = course.lessons
    entries = {1: {"needs": [first, third]}}
    order(
        owner, course, {"lessons": [third]}, {"lessons": [first, second, fourth], "needs": [0], "conditions": entries}
    )

    lacking = door(second, learner).json["missing"]

    assert [(each["kind"], each["title"]) for each in lacking] == [
        ("module", "Module 1"),
        ("lesson", "Lesson 1"),
        ("lesson", "Lesson 3"),
    ]


def test_a_lesson_opens_at_its_time(door, owner, course, learner):
    at = datetime(2090, 1, 1, 8, tzinfo=UTC)
    entries = {0: {"release": {"at": at}}, 1: {"release": {"at": in_days(-1)}}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})

    answer = door(course.lessons[0], learner)

    assert (answer.status_code, answer.json["code"]) == (403, "not_released_yet")
    assert answer.json["unlocks_at"] == "2090-01-01T08:00:00+00:00"
    assert door(course.lessons[1], learner).status_code == 200


def test_a_lesson_opens_some_days_after_a_learner_enrolled(door, owner, course, learner):
    early = make_person(name="Early")
    make_seat(early, course, enrolled_at=in_days(-7))
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 7}})

    assert door(course.lessons[0], early).status_code == 200
    closed = door(course.lessons[0], learner)
    assert in_days(6.9) < datetime.fromisoformat(closed.json["unlocks_at"]) < in_days(7)


def test_the_later_of_two_times_holds(door, owner, course, learner):
    module, lesson = {"release": {"after_days": 9}}, {0: {"release": {"at": in_days(3)}}}
    order(owner, course, {"lessons": course.lessons, "conditions": lesson, **module})

    assert datetime.fromisoformat(door(course.lessons[0], learner).json["unlocks_at"]) > in_days(8.9)


def test_a_time_that_has_not_come_is_told_before_what_lacks(door, owner, course, learner):
    entries = {1: {"release": {"after_days": 1}, "needs": [course.lessons[0]]}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})

    assert door(course.lessons[1], learner).json["code"] == "not_released_yet"


def test_authors_and_administrators_wait_for_nothing(door, owner, admin, course, learner):
    first, second, *_ = course.lessons
    order(
        owner, course, {"lessons": course.lessons, "release": {"after_days": 1}, "conditions": {1: {"needs": [first]}}}
    )

    assert [door(second, person).status_code for person in (owner, admin)] == [200, 200]


def test_a_free_preview_waits_for_nothing(client, door, owner, course, learner, stranger):
    first, second, *_ = course.lessons
    client.patch(f"/lessons/{second.id}", json={"free_preview": True}, auth=owner)
    order(
        owner, course, {"lessons": course.lessons, "release": {"after_days": 1}, "conditions": {1: {"needs": [first]}}}
    )

    assert [door(second, person).status_code for person in (stranger, learner)] == [200, 200]


def test_who_has_no_seat_is_told_that_first(door, owner, course, stranger):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    assert door(course.lessons[0], stranger).json["code"] == "not_enrolled"


def test_a_draft_closes_nothing_until_it_is_published(client, door, owner, course, learner):
    module = {"title": "All", "lesson_ids": [lesson.id for lesson in course.lessons], "release": {"after_days": 1}}
    client.put(f"/courses/{course.id}/outline", json={"modules": [module]}, auth=owner)

    assert door(course.lessons[0], learner).status_code == 200
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)
    assert door(course.lessons[0], learner).status_code == 200
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert door(course.lessons[0], learner).status_code == 403


def test_a_report_of_progress_is_refused_too(client, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    answer = client.put(f"/lessons/{course.lessons[0].id}/progress", json={"opened": True}, auth=learner)

    assert (answer.status_code, answer.json["code"]) == (403, "not_released_yet")


def test_what_has_opened_is_remembered(client, owner, course, learner, queries):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    complete(learner, course, first)
    client.get(f"/lessons/{second.id}", auth=learner)
    queries.clear()

    client.get(f"/lessons/{second.id}", auth=learner)

    # Session, course and seat; that it has opened; the lesson.
    assert queries == ["redis"] * 3


def test_what_is_closed_takes_one_question(client, owner, course, learner, queries):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    client.get(f"/lessons/{second.id}", auth=learner)
    queries.clear()

    client.get(f"/lessons/{second.id}", auth=learner)

    assert [query for query in queries if query != "redis"] == ["find"]
