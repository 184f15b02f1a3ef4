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


def test_a_lesson_counts_as_completed(waive, own, course):
    answer = waive(course.text)

    assert (answer.status_code, answer.json["lesson_id"], answer.json["completed_by"]) == (
        200,
        course.text.id,
        "waived",
    )
    text = own()["lessons"][1]
    assert (text["completed"], text["completed_by"], text["last_active_at"]) == (True, "waived", None)
    assert own()["completed_lessons"] == 1


def test_what_was_watched_stays(waive, own, course, learner):
    show_video(course, course.video, make_ready_video())
    make_record(learner, course, course.video, watched=0.3)

    waive(course.video)

    video = own()["lessons"][2]
    assert (video["completed"], video["fraction"], video["watched_seconds"]) == (True, 0.3, 30)


def test_lessons_that_waited_for_it_open(client, waive, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.video]}}})
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 403

    waive(course.video)

    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200


def test_the_last_one_completes_the_course(waive, course, learner, fresh):
    complete(learner, course, *course.lessons[:2])

    waive(course.video)
    rollup.run(rest=0)

    assert fresh.scalar(select(Enrollment.status)) is SeatStatus.COMPLETED


def test_it_is_news(waive, course, learner, fresh):
    waive(course.text)

    assert pending_events.move() == 1
    event = fresh.scalar(select(Event).where(Event.type == "lesson.completed"))
    assert (event.data["completed_by"], event.data["user_id"]) == ("waived", learner.id)


def test_what_is_completed_is_not_waived(waive, course, learner):
    complete(learner, course, course.text)

    answer = waive(course.text)

    assert (answer.status_code, answer.json["code"]) == (409, "already_completed")
    assert Progress.collection().find_one({})["completed_by"] == "opened"


def test_it_is_accounted_for(waive, owner, learner, course, fresh):
    waive(course.text)

    entry = fresh.scalar(select(AuditEntry).where(AuditEntry.action == "progress.waived"))
    details = {"user_id": learner.id, "course_id": course.id, "lesson_id": course.text.id, "reason": "Knows it well."}
    assert (entry.actor_id, entry.details) == (owner.id, details)


def test_what_is_refused_is_not(waive, learner, course, fresh):
    complete(learner, course, course.text)
    waive(course.text)

    assert fresh.scalar(select(AuditEntry).where(AuditEntry.action == "progress.waived")) is None


def test_a_lesson_of_another_version_is_named(waive, supervise, owner, course):
    added = make_lesson(owner, course.id, "Added")

    for lesson_id in (added.id, str(ObjectId())):
        answer = supervise("waive", {"lesson_id": lesson_id, "reason": "x"})
        assert answer.status_code == 422
        assert list(answer.json["errors"]["json"]) == ["lesson_id"]


@pytest.mark.parametrize("body", [{}, {"lesson_id": None}, {"lesson_id": 7}, {"lesson_id": "x"}, {"lesson": "0" * 24}])
def test_nonsense_is_named(supervise, body):
    answer = supervise("waive", body | {"reason": "x"})

    assert answer.status_code == 422
    assert "lesson_id" in answer.json["errors"]["json"]


def test_a_repeat_gets_the_first_answer(waive, course):
    first = waive(course.text, headers={"Idempotency-Key": "once"})

    assert waive(course.text, headers={"Idempotency-Key": "once"}).json == first.json
