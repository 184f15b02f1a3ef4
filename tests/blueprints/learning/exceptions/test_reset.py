from datetime import timedelta

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import CourseProgress, Progress
from learnstream.models import AuditEntry, Enrollment, Event, SeatStatus
from learnstream.services.analytics import pending_events, rollup
from tests.factories import make_course, make_person, make_seat, order
from tests.learning import LESSONS, finish, open_text, watch

HOUR = timedelta(hours=1)


@pytest.fixture
def course(owner):
    """Two videos of 100 seconds, and a text."""
    return make_course(owner, lessons=LESSONS)


@pytest.fixture
def learner(course, videos):
    """Has completed the course, an hour ago; all of it is counted."""
    person = make_person(name="Lea")
    make_seat(person, course)
    finish(person, course, videos, at=now() - HOUR)
    assert rollup.run(rest=0)
    return person


@pytest.fixture
def reset(supervise):
    def reset(lesson=None, **kwargs):
        body = {"reason": "Sound was off."} | ({"lesson_id": lesson.id} if lesson else {})
        return supervise("reset", body, **kwargs)

    return reset


def test_a_lesson_can_be_reset(reset, own_progress, course):
    assert (own_progress()["completed"], own_progress()["fraction"]) == (True, 1.0)

    response = reset(course.lessons[0])

    assert (response.status_code, response.json) == (200, {"lesson_ids": [course.lessons[0].id]})
    lesson, *others = own_progress()["lessons"]
    assert (lesson["fraction"], lesson["watched_seconds"], lesson["position"]) == (0.0, 0, 0.0)
    assert (lesson["completed_at"], lesson["completed_by"], lesson["last_active_at"]) == (None, None, None)
    assert [other["completed"] for other in others] == [True, True]
    assert (own_progress()["completed"], own_progress()["fraction"], own_progress()["next_lesson"]["lesson_id"]) == (
        False,
        0.6667,
        lesson["lesson_id"],
    )


def test_a_course_can_be_reset(reset, own_progress, course):
    response = reset()

    assert sorted(response.json["lesson_ids"]) == sorted(lesson.id for lesson in course.lessons)
    assert (own_progress()["fraction"], own_progress()["completed_lessons"], own_progress()["last_active_at"]) == (
        0.0,
        0,
        None,
    )


def test_a_reset_removes_the_completion_of_the_enrollment(reset, course, separate_session):
    assert separate_session.scalar(select(Enrollment.status)) is SeatStatus.COMPLETED
    separate_session.rollback()

    reset(course.lessons[0])

    assert separate_session.execute(select(Enrollment.status, Enrollment.completed_at)).one() == (
        SeatStatus.ACTIVE,
        None,
    )


def test_the_figures_follow_a_reset(client, reset, owner, course, learner):
    reset(course.lessons[0])
    rollup.run(rest=0)

    [row] = client.get(f"/courses/{course.id}/learners", auth=owner).json
    assert (row["completed_lessons"], row["completed_at"], row["status"]) == (2, None, "active")
    kept = CourseProgress.collection().find_one({"_id": f"{learner.id}:{course.id}"})
    assert (kept["completed_at"], kept["watch_seconds"]) == (None, 100)


def test_a_course_can_be_completed_again_after_a_reset(reset, own_progress, course, learner, videos, separate_session):
    reset(course.lessons[0])
    watch(learner, course, course.lessons[0], videos[0], (0, 100), at=now() + HOUR)
    rollup.run(rest=0)

    assert own_progress()["completed"]
    assert separate_session.scalar(select(Enrollment.status)) is SeatStatus.COMPLETED


def test_dependent_lessons_are_closed_again(client, reset, owner, course, learner):
    video, _, text = course.lessons
    order(owner, course, {"lessons": course.lessons, "conditions": {2: {"needs": [video]}}})
    assert client.get(f"/lessons/{text.id}", auth=learner).status_code == 200

    reset(video)

    assert client.get(f"/lessons/{text.id}", auth=learner).json["code"] == "prerequisite_missing"


def test_a_heartbeat_from_before_the_reset_is_rejected_with_a_reason(client, reset, course, learner, videos):
    began = client.get(f"/lessons/{course.lessons[0].id}/playback", auth=learner).json["viewing_id"]
    before, at = now().isoformat(), now().isoformat()
    reset(course.lessons[0])
    stretch = {"from": 0, "to": 4, "at": at}
    beat = {"viewing_id": began, "seq": 1, "client_time": before, "position": 4, "played": [stretch]}

    response = client.put(f"/lessons/{course.lessons[0].id}/progress", json=beat, auth=learner).json

    assert [each["reason"] for each in response["rejected"]] == ["before_reset"]
    assert (response["watched_seconds"], response["position"]) == (0, 0.0)


def test_a_continued_viewing_counts_from_the_reset_on(client, reset, course, learner, videos):
    began = client.get(f"/lessons/{course.lessons[0].id}/playback", auth=learner).json["viewing_id"]
    reset(course.lessons[0])
    stretches = [{"from": 0, "to": 4, "at": now().isoformat()}, {"from": 10, "to": 90, "at": now().isoformat()}]
    beat = {"viewing_id": began, "seq": 9, "client_time": now().isoformat(), "position": 90, "played": stretches}

    response = client.put(f"/lessons/{course.lessons[0].id}/progress", json=beat, auth=learner).json

    # The time before the reset adds nothing to the budget after it.
    assert [each["reason"] for each in response["rejected"]] == ["over_budget"]
    assert (response["watched_seconds"], response["position"]) == (5, 90.0)


@pytest.fixture
def completion_events(separate_session):
    """Return the ids of all completion events; each occurs once."""

    def completion_events():
        pending_events.move()
        separate_session.rollback()
        return {
            *separate_session.scalars(
                select(Event.event_id).where(Event.type.in_(["lesson.completed", "course.completed"]))
            )
        }

    return completion_events


def test_completing_again_emits_one_more_event(reset, course, learner, videos, completion_events):
    first = completion_events()
    for number in (1, 2):
        reset(course.lessons[0])
        watch(learner, course, course.lessons[0], videos[0], (0, 100), at=now() + number * HOUR)
        rollup.run(rest=0)
        rollup.run(rest=0)

    ids = (f"lesson.completed:{learner.id}:{course.lessons[0].id}", f"course.completed:{learner.id}:{course.id}")
    assert set(ids) < first
    assert completion_events() - first == {f"{each}:{number}" for each in ids for number in (1, 2)}


def test_pending_events_are_still_published(reset, course, learner):
    reset()

    assert pending_events.move() == 3
    assert pending_events.move() == 0


def test_a_reset_affects_only_this_learner_and_course(reset, owner, course, learner, videos):
    other, another = make_person(), make_course(owner, [{"title": "Text"}], title="Another")
    make_seat(other, course)
    make_seat(learner, another)
    watch(other, course, course.lessons[0], videos[0], (0, 100))
    open_text(learner, another, another.lessons[0])

    reset()

    left = {each["_id"] for each in Progress.collection().find({"completed_at": {"$ne": None}})}
    assert left == {f"{other.id}:{course.lessons[0].id}", f"{learner.id}:{another.lessons[0].id}"}


def test_the_action_is_in_the_audit_log(reset, owner, learner, course, separate_session):
    reset(course.lessons[0])

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "progress.reset"))
    details = {"user_id": learner.id, "course_id": course.id, "lesson_ids": [course.lessons[0].id]}
    assert (entry.actor_id, entry.details) == (owner.id, details | {"reason": "Sound was off."})


def test_resetting_an_unstarted_lesson_changes_nothing(reset, course, owner, client):
    added = client.post(f"/courses/{course.id}/lessons", json={"title": "Added", "kind": "text"}, auth=owner).json["id"]
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    response = client.post(
        f"/courses/{course.id}/learners/{course_learner(client, course, owner)}/reset",
        json={"lesson_id": added, "reason": "x"},
        auth=owner,
    )

    assert (response.status_code, response.json) == (200, {"lesson_ids": []})


def course_learner(client, course, owner):
    return client.get(f"/courses/{course.id}/learners", auth=owner).json[0]["user_id"]


def test_a_lesson_removed_from_the_version_can_be_reset(client, reset, course, owner):
    client.delete(f"/lessons/{course.lessons[0].id}", auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert reset(course.lessons[0]).json == {"lesson_ids": [course.lessons[0].id]}


def test_a_lesson_of_no_version_is_rejected(supervise, learner):
    response = supervise("reset", {"lesson_id": str(ObjectId()), "reason": "x"})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == ["lesson_id"]


@pytest.mark.parametrize("lesson_id", ["x", 7, None, "0" * 25, ["0" * 24]])
def test_invalid_input_is_named(supervise, learner, lesson_id):
    response = supervise("reset", {"lesson_id": lesson_id, "reason": "x"})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == ["lesson_id"]


def test_a_repeated_reset_with_a_key_resets_once(reset, own_progress, course, learner, videos):
    first = reset(course.lessons[0], headers={"Idempotency-Key": "once"})
    watch(learner, course, course.lessons[0], videos[0], (0, 100), at=now() + HOUR)

    again = reset(course.lessons[0], headers={"Idempotency-Key": "once"})

    assert again.json == first.json
    assert own_progress()["lessons"][0]["completed"]
