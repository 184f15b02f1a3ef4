import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Progress
from learnstream.models import AuditEntry, Enrollment, Event, SeatStatus
from learnstream.services.analytics import pending_events, rollup
from tests.factories import make_lesson, make_ready_video, order, show_video
from tests.learning import complete, make_record


@pytest.fixture
def waive(supervise):
    def waive(lesson, **kwargs):
        return supervise("waive", {"lesson_id": lesson.id, "reason": "Knows it well."}, **kwargs)

    return waive


def test_a_waived_lesson_counts_as_completed(waive, own_progress, course):
    response = waive(course.text)

    assert (response.status_code, response.json["lesson_id"], response.json["completed_by"]) == (
        200,
        course.text.id,
        "waived",
    )
    text = own_progress()["lessons"][1]
    assert (text["completed"], text["completed_by"], text["last_active_at"]) == (True, "waived", None)
    assert own_progress()["completed_lessons"] == 1


def test_waiving_keeps_watched_seconds(waive, own_progress, course, learner):
    show_video(course, course.video, make_ready_video())
    make_record(learner, course, course.video, watched=0.3)

    waive(course.video)

    video = own_progress()["lessons"][2]
    assert (video["completed"], video["fraction"], video["watched_seconds"]) == (True, 0.3, 30)


def test_dependent_lessons_open(client, waive, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.video]}}})
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 403

    waive(course.video)

    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200


def test_waiving_the_last_lesson_completes_the_course(waive, course, learner, separate_session):
    complete(learner, course, *course.lessons[:2])

    waive(course.video)
    rollup.run(rest=0)

    assert separate_session.scalar(select(Enrollment.status)) is SeatStatus.COMPLETED


def test_waiving_emits_an_event(waive, course, learner, separate_session):
    waive(course.text)

    assert pending_events.move() == 1
    event = separate_session.scalar(select(Event).where(Event.type == "lesson.completed"))
    assert (event.data["completed_by"], event.data["user_id"]) == ("waived", learner.id)


def test_a_completed_lesson_cannot_be_waived(waive, course, learner):
    complete(learner, course, course.text)

    response = waive(course.text)

    assert (response.status_code, response.json["code"]) == (409, "already_completed")
    assert Progress.collection().find_one({})["completed_by"] == "opened"


def test_the_action_is_in_the_audit_log(waive, owner, learner, course, separate_session):
    waive(course.text)

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "progress.waived"))
    details = {"user_id": learner.id, "course_id": course.id, "lesson_id": course.text.id, "reason": "Knows it well."}
    assert (entry.actor_id, entry.details) == (owner.id, details)


def test_rejected_requests_are_not_in_the_audit_log(waive, learner, course, separate_session):
    complete(learner, course, course.text)
    waive(course.text)

    assert separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "progress.waived")) is None


def test_a_lesson_of_another_version_is_rejected(waive, supervise, owner, course):
    added = make_lesson(owner, course.id, "Added")

    for lesson_id in (added.id, str(ObjectId())):
        response = supervise("waive", {"lesson_id": lesson_id, "reason": "x"})
        assert response.status_code == 422
        assert list(response.json["errors"]["json"]) == ["lesson_id"]


@pytest.mark.parametrize("body", [{}, {"lesson_id": None}, {"lesson_id": 7}, {"lesson_id": "x"}, {"lesson": "0" * 24}])
def test_invalid_input_is_named(supervise, body):
    response = supervise("waive", body | {"reason": "x"})

    assert response.status_code == 422
    assert "lesson_id" in response.json["errors"]["json"]


def test_a_repeated_request_gets_the_first_response(waive, course):
    first = waive(course.text, headers={"Idempotency-Key": "once"})

    assert waive(course.text, headers={"Idempotency-Key": "once"}).json == first.json
