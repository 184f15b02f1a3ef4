"""Lessons that are still closed to a learner, at every endpoint that leads to them."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from tests.factories import make_course, make_person, make_ready_video, make_seat, order, put_video
from tests.learning import complete, make_record

VIDEO = {"kind": LessonKind.VIDEO}


@pytest.fixture(params=["", "/playback", "/progress"], ids=["body", "playback", "progress"])
def endpoint(request, client):
    """Request a lesson through one of the endpoints."""

    def endpoint(lesson, person):
        return client.get(f"/lessons/{lesson.id}{request.param}", auth=person)

    return endpoint


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


def test_a_lesson_is_closed_until_its_prerequisite_is_completed(endpoint, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    make_record(learner, course, first, watched=0.61)

    response = endpoint(second, learner)

    assert (response.status_code, response.json["code"]) == (403, "prerequisite_missing")
    missing = {"kind": "lesson", "id": first.id, "title": "Lesson 1", "fraction": 0.61, "threshold": 0.9}
    assert response.json["missing"] == [missing]
    assert response.json["detail"] == "Complete these first: lesson “Lesson 1” (61% of the required 90% watched)."
    assert endpoint(first, learner).status_code == 200


def test_a_lesson_opens_when_its_prerequisite_is_completed(endpoint, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    assert endpoint(second, learner).status_code == 403

    complete(learner, course, first)

    assert endpoint(second, learner).status_code == 200


def test_completions_of_other_learners_open_nothing(endpoint, owner, course, learner):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    complete(make_person(), course, first)

    assert endpoint(second, learner).status_code == 403


def test_a_module_requires_all_lessons_of_its_prerequisite(endpoint, owner, course, learner):
    first, second, third, fourth = course.lessons
    one, _ = order(owner, course, {"lessons": [first, second]}, {"lessons": [third, fourth], "needs": [0]})
    complete(learner, course, first)

    closed = endpoint(third, learner)
    complete(learner, course, second)

    missing = {"kind": "module", "id": one, "title": "Module 1", "completed_lessons": 1, "lesson_count": 2}
    assert closed.json["missing"] == [missing]
    assert "1 of 2 lessons" in closed.json["detail"]
    assert [endpoint(lesson, learner).status_code for lesson in (third, fourth)] == [200, 200]


def test_an_empty_module_is_met_as_a_prerequisite(endpoint, owner, course, learner):
    order(owner, course, {"lessons": []}, {"lessons": course.lessons, "needs": [0]})

    assert endpoint(course.lessons[0], learner).status_code == 200


def test_all_missing_prerequisites_are_named(endpoint, owner, course, learner):
    first, second, third, fourth = course.lessons
    entries = {1: {"needs": [first, third]}}
    order(
        owner, course, {"lessons": [third]}, {"lessons": [first, second, fourth], "needs": [0], "conditions": entries}
    )

    missing = endpoint(second, learner).json["missing"]

    assert [(each["kind"], each["title"]) for each in missing] == [
        ("module", "Module 1"),
        ("lesson", "Lesson 1"),
        ("lesson", "Lesson 3"),
    ]


def test_a_lesson_opens_at_its_release_time(endpoint, owner, course, learner):
    at = datetime(2090, 1, 1, 8, tzinfo=UTC)
    entries = {0: {"release": {"at": at}}, 1: {"release": {"at": in_days(-1)}}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})

    response = endpoint(course.lessons[0], learner)

    assert (response.status_code, response.json["code"]) == (403, "not_released_yet")
    assert response.json["unlocks_at"] == "2090-01-01T08:00:00+00:00"
    assert endpoint(course.lessons[1], learner).status_code == 200


def test_a_lesson_opens_days_after_enrollment(endpoint, owner, course, learner):
    early = make_person(name="Early")
    make_seat(early, course, enrolled_at=in_days(-7))
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 7}})

    assert endpoint(course.lessons[0], early).status_code == 200
    closed = endpoint(course.lessons[0], learner)
    assert in_days(6.9) < datetime.fromisoformat(closed.json["unlocks_at"]) < in_days(7)


def test_the_later_of_two_release_times_applies(endpoint, owner, course, learner):
    module, lesson = {"release": {"after_days": 9}}, {0: {"release": {"at": in_days(3)}}}
    order(owner, course, {"lessons": course.lessons, "conditions": lesson, **module})

    assert datetime.fromisoformat(endpoint(course.lessons[0], learner).json["unlocks_at"]) > in_days(8.9)


def test_the_release_time_is_reported_before_missing_prerequisites(endpoint, owner, course, learner):
    entries = {1: {"release": {"after_days": 1}, "needs": [course.lessons[0]]}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})

    assert endpoint(course.lessons[1], learner).json["code"] == "not_released_yet"


def test_conditions_do_not_apply_to_authors_and_administrators(endpoint, owner, admin, course, learner):
    first, second, *_ = course.lessons
    order(
        owner, course, {"lessons": course.lessons, "release": {"after_days": 1}, "conditions": {1: {"needs": [first]}}}
    )

    assert [endpoint(second, person).status_code for person in (owner, admin)] == [200, 200]


def test_conditions_do_not_apply_to_free_previews(client, endpoint, owner, course, learner, stranger):
    first, second, *_ = course.lessons
    client.patch(f"/lessons/{second.id}", json={"free_preview": True}, auth=owner)
    order(
        owner, course, {"lessons": course.lessons, "release": {"after_days": 1}, "conditions": {1: {"needs": [first]}}}
    )

    assert [endpoint(second, person).status_code for person in (stranger, learner)] == [200, 200]


def test_a_missing_enrollment_is_reported_first(endpoint, owner, course, stranger):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    assert endpoint(course.lessons[0], stranger).json["code"] == "not_enrolled"


def test_draft_conditions_apply_after_publication(client, endpoint, owner, course, learner):
    module = {"title": "All", "lesson_ids": [lesson.id for lesson in course.lessons], "release": {"after_days": 1}}
    client.put(f"/courses/{course.id}/outline", json={"modules": [module]}, auth=owner)

    assert endpoint(course.lessons[0], learner).status_code == 200
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)
    assert endpoint(course.lessons[0], learner).status_code == 200
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert endpoint(course.lessons[0], learner).status_code == 403


def test_heartbeats_for_a_closed_lesson_are_rejected(client, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    response = client.put(f"/lessons/{course.lessons[0].id}/progress", json={"opened": True}, auth=learner)

    assert (response.status_code, response.json["code"]) == (403, "not_released_yet")


def test_an_opened_lesson_is_cached(client, owner, course, learner, queries):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    complete(learner, course, first)
    client.get(f"/lessons/{second.id}", auth=learner)
    queries.clear()

    client.get(f"/lessons/{second.id}", auth=learner)

    # Session, course and seat; that it has opened; the lesson.
    assert queries == ["redis"] * 3


def test_a_closed_lesson_needs_one_query(client, owner, course, learner, queries):
    first, second, *_ = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [first]}}})
    client.get(f"/lessons/{second.id}", auth=learner)
    queries.clear()

    client.get(f"/lessons/{second.id}", auth=learner)

    assert [query for query in queries if query != "redis"] == ["find"]
