"""Reports that arrive after the seat under which the video was watched has ended."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.models import Enrollment, SeatSource, SeatStatus
from learnstream.services.analytics import rollup
from tests.blueprints.learning.progress.records import record
from tests.factories import make_course, make_ready_video, make_seat, order, show_video


@pytest.fixture
def seat(course, video, learner, separate_session):
    """Change the learner's seat, with an effect some seconds ago."""

    def seat(**columns):
        separate_session.query(Enrollment).filter_by(user_id=learner.id, course_id=course.id).update(columns)
        separate_session.commit()

    return seat


def ago(seconds):
    return now() - timedelta(seconds=seconds)


def test_seconds_before_expiry_are_credited_late(put, viewing, seat):
    viewing_id = viewing(ago=1000)
    seat(expires_at=ago(2))

    assert put((0, 95), viewing_id=viewing_id).json["completed"]
    assert put((95, 100)).json["code"] == "enrollment_expired"


def test_seconds_before_withdrawal_are_credited_late(client, put, viewing, course, learner):
    viewing_id = viewing(ago=1000)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert put((0, 95), viewing_id=viewing_id).json["watched_seconds"] == 95


def test_seconds_before_a_new_prerequisite_are_credited_late(put, viewing, owner, course):
    viewing_id = viewing(ago=1000)
    order(owner, course, {"lessons": course.lessons, "conditions": {2: {"needs": [course.text]}}})

    closed = put((0, 95))
    credited = put((0, 95), viewing_id=viewing_id)

    assert (closed.json["code"], closed.json["retry"]) == ("prerequisite_missing", "after_access")
    assert credited.json["watched_seconds"] == 95


def test_seconds_of_a_removed_lesson_are_credited(client, put, viewing, owner, course, learner):
    viewing_id = viewing(ago=1000)
    client.delete(f"/lessons/{course.video.id}", auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert put((0, 3)).status_code == 404
    assert put((0, 95), viewing_id=viewing_id).json["completed"]


def test_the_budget_stops_at_the_end_of_the_enrollment(put, viewing, seat):
    viewing_id = viewing(ago=1000)
    seat(expires_at=ago(990))

    response = put((0, 60), viewing_id=viewing_id).json

    assert response["watched_seconds"] == 35
    # Only a renewed seat would allow more.
    assert [(each["reason"], each["retry"]) for each in response["rejected"]] == [("over_budget", "after_access")]


def test_late_seconds_are_dated_before_the_end(put, viewing, seat, learner, course):
    viewing_id = viewing(ago=3 * 86_400)
    seat(status=SeatStatus.WITHDRAWN, ended_at=ago(2 * 86_400))

    put((0, 10), viewing_id=viewing_id)

    assert set(record(learner, course.video)["days"]) == {ago(2 * 86_400).strftime("%Y-%m-%d")}


def test_an_enrollment_that_ended_before_the_viewing_changes_nothing(put, viewing, seat, learner, course):
    """As with a free preview, which is watched without it."""
    seat(expires_at=ago(5000))

    assert put((0, 60), viewing_id=viewing(ago=1000)).json["watched_seconds"] == 60


@pytest.mark.parametrize(("ended", "completed"), [("expires_at", True), ("withdrawn", False)])
def test_late_reports_do_not_complete_a_refunded_course(
    put, viewing, owner, learner, separate_session, ended, completed
):
    short = make_course(owner, [{"title": "A film", "kind": LessonKind.VIDEO}], title="Short")
    video_id = make_ready_video(duration=100.0)
    show_video(short, short.lessons[0], video_id)
    viewing_id = viewing(ago=1000, lesson=short.lessons[0], video_id=video_id)
    withdrawn = {"status": SeatStatus.WITHDRAWN, "ended_at": ago(2), "source": SeatSource.PAYMENT}
    seat = make_seat(learner, short, **(withdrawn if ended == "withdrawn" else {ended: ago(2)}))

    response = put((0, 95), lesson=short.lessons[0], viewing_id=viewing_id)
    rollup.run(rest=0)

    assert response.json["completed"]
    assert (separate_session.get(Enrollment, seat.id).completed_at is not None) == completed
