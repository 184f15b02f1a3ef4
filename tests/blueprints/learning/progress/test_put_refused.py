"""Rejected reports, and their error codes."""

from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import VideoStatus
from tests.blueprints.learning.progress.records import record
from tests.factories import make_course, make_person, make_ready_video, make_seat, show_video

DAY = 86_400


def test_users_without_access_cannot_report(put, stranger, learner, course, video, client):
    denied = put((0, 3), auth=stranger)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert (denied.status_code, denied.json["code"]) == (403, "not_enrolled")
    assert put((0, 3)).json["code"] == "not_enrolled"


def test_an_ended_enrollment_cannot_report(put, course, video):
    person = make_person(name="Otto")
    make_seat(person, course, expires_at=now() - timedelta(seconds=1))

    response = put((0, 3), auth=person)

    assert (response.status_code, response.json["code"]) == (403, "enrollment_expired")


def test_an_unknown_lesson_is_not_found(client, learner):
    response = client.put(f"/lessons/{ObjectId()}/progress", json={"opened": True}, auth=learner)

    assert (response.status_code, response.json["code"]) == (404, "not_found")


def test_a_text_cannot_be_watched(put, course):
    response = put((0, 3), lesson=course.text)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")


def test_a_lesson_without_a_video_cannot_be_watched(put, course):
    response = put((0, 3))

    assert (response.status_code, response.json["code"]) == (409, "video_not_ready")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (VideoStatus.PREPARING, "video_not_ready"),
        (VideoStatus.READY, "video_not_ready"),
        (VideoStatus.ERRORED, "video_errored"),
        (VideoStatus.DELETED, "video_deleted"),
    ],
)
def test_a_video_of_unknown_duration_cannot_be_watched(put, course, status, code):
    show_video(course, course.video, make_ready_video(status=status, duration=None))

    response = put((0, 3))

    assert (response.status_code, response.json["code"]) == (409, code)


def test_a_viewing_id_is_valid_for_its_user_only(put, viewing, course, owner):
    other = make_course(owner, title="Botany")
    foreign = [viewing(person=owner), viewing(lesson=other.video), viewing() + "x", "nonsense", "é" * 100]

    responses = [put((0, 3), viewing_id=viewing_id) for viewing_id in foreign]

    assert [response.status_code for response in responses] == [422] * 5
    assert all(list(response.json["errors"]["json"]) == ["viewing_id"] for response in responses)
    assert [response.json["code"] for response in responses] == ["foreign_viewing", *["validation_failed"] * 4]
    # Its owner may still sign in and send it.
    assert [response.json["retry"] for response in responses] == ["after_access", *["never"] * 4]


def test_two_viewings_in_one_report_are_rejected(put, viewing, learner, course):
    response = put((0, 3), viewing_id=viewing(), session_id=viewing())

    assert response.status_code == 422
    assert response.json["errors"]["json"] == {"session_id": ["Must equal `viewing_id`."]}
    assert record(learner, course.video) is None


def test_a_viewing_expires(put, viewing, learner, course):
    assert put((0, 3), viewing_id=viewing(ago=29 * DAY)).status_code == 200

    response = put((0, 3), viewing_id=viewing(ago=31 * DAY))

    assert (response.status_code, response.json["code"], response.json["retry"]) == (422, "viewing_ended", "never")


STRETCH = {"from": 0, "to": 3, "at": "2026-03-01T12:00:00Z"}


WITHOUT_AT = {"from": 0, "to": 3}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("viewing_id", 5),
        ("viewing_id", "x" * 501),
        ("viewing_id", "\x00"),
        ("session_id", 5),
        ("seq", -1),
        ("seq", 1.5),
        ("seq", "1"),
        ("seq", True),
        ("seq", 10**40),
        ("seq", None),
        ("client_time", "yesterday"),
        ("client_time", "2026-03-01T12:00:00"),
        ("client_time", 1772366400),
        ("position", -0.1),
        ("position", "10"),
        ("position", False),
        ("position", 10**40),
        ("played", {}),
        ("played", "all of it"),
        ("played", [5]),
        ("played", [WITHOUT_AT]),
        ("played", [STRETCH | {"from": -1}]),
        ("played", [STRETCH | {"from": "0"}]),
        ("played", [STRETCH | {"from": True}]),
        ("played", [STRETCH | {"to": 10**40}]),
        ("played", [STRETCH | {"from": 4}]),
        ("played", [STRETCH | {"at": 0}]),
        ("played", [STRETCH | {"by": "me"}]),
        ("played", [STRETCH] * 501),
        ("opened", "yes"),
        ("opened", False),
        ("completed", 1),
        ("duration", 10),
    ],
)
def test_invalid_input_is_named(put, learner, course, video, field, value):
    response = put(**{field: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == [field]
    assert record(learner, course.video) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"position": 3},
        {"played": [STRETCH]},
        {"viewing_id": "x", "opened": True},
        {"session_id": "x", "opened": True},
    ],
)
def test_seq_and_client_time_are_required(client, learner, course, body):
    response = client.put(f"/lessons/{course.video.id}/progress", json=body, auth=learner)

    assert response.status_code == 422
    assert response.json["errors"]["json"].keys() == {"seq", "client_time"}


@pytest.mark.parametrize("raw", ['{"position": NaN}', '{"position": Infinity}', "[" * 100_000, "{"])
def test_invalid_json_is_rejected(client, learner, course, raw):
    response = client.put(
        f"/lessons/{course.video.id}/progress", data=raw, content_type="application/json", auth=learner
    )

    assert (response.status_code, response.json["code"]) == (400, "malformed_json")


def test_an_infinite_number_is_rejected(client, learner, course):
    raw = '{"seq": 1, "client_time": "2026-03-01T12:00:00Z", "position": 1e999}'

    response = client.put(
        f"/lessons/{course.video.id}/progress", data=raw, content_type="application/json", auth=learner
    )

    assert list(response.json["errors"]["json"]) == ["position"]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"])
def test_extreme_client_times_are_handled(put, viewing, time):
    for viewing_id in (None, viewing()):
        response = put(viewing_id=viewing_id, position=5, client_time=time, played=[STRETCH | {"at": time}])

        assert (response.status_code, response.json["watched_seconds"]) == (200, 3)


def test_a_report_may_have_many_stretches(put, viewing, video):
    played = [{"from": start / 10, "to": (start + 1) / 10, "at": now().isoformat()} for start in range(500)]

    response = put(viewing_id=viewing(), played=played)

    assert (len(response.json["accepted"]), response.json["watched_seconds"]) == (500, 50)
