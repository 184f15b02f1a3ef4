from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.schemas.learning.progress import ReportedSchema
from learnstream.services.authoring.publishing import Learners
from tests.blueprints.learning.progress.records import record
from tests.factories import make_ready_video, make_seat, show_video


def test_played_stretches_are_credited(put, viewing):
    response = put((0, 10), (20, 35.2), viewing_id=viewing(), position=35.2)

    assert response.status_code == 200
    assert [(each["from"], each["to"]) for each in response.json["accepted"]] == [(0, 10), (20, 35.2)]
    assert response.json["rejected"] == []
    assert response.json["position"] == 35.2
    assert response.json["watched_seconds"] == 25
    assert (response.json["fraction"], response.json["duration"]) == (0.25, 100.0)
    assert (response.json["recorded"], response.json["completed"], response.json["completed_at"]) == (True, False, None)
    assert response.json["completion"] == {"rule": "watched", "threshold": 0.9}


def test_the_record_belongs_to_the_learner(put, viewing, learner, course, video):
    put((0, 10), viewing_id=viewing())

    kept = record(learner, course.video)

    assert (kept["user_id"], str(kept["course_id"]), str(kept["lesson_id"])) == (
        learner.id,
        course.id,
        course.video.id,
    )
    assert kept["videos"][video]["w"] == {"0": 0b1111111111}
    assert (kept["version"], kept["revision"]) == (2, 1)


def test_a_heartbeat_begins_with_playback(client, put, learner, course, video):
    viewing_id = client.get(f"/lessons/{course.video.id}/playback", auth=learner).json["viewing_id"]

    response = put((0, 5), (5, 50), viewing_id=viewing_id)

    assert [each["to"] for each in response.json["accepted"]] == [5]
    assert [(each["to"], each["reason"]) for each in response.json["rejected"]] == [(50, "over_budget")]


def test_the_deprecated_session_id_is_accepted(client, put, learner, course, video, viewing):
    session_id = client.get(f"/lessons/{course.video.id}/playback", auth=learner).json["session_id"]

    assert put((0, 5), session_id=session_id).json["watched_seconds"] == 5
    assert put((10, 60), seq=2, session_id=viewing()).json["watched_seconds"] == 55


def test_both_viewing_fields_may_be_given(put, viewing):
    same = viewing()

    assert put((0, 50), session_id=same, viewing_id=same).json["watched_seconds"] == 50


def test_stretches_played_offline_are_credited_in_full(put, viewing):
    began = now() - timedelta(hours=3)
    played = [
        {"from": start, "to": start + 10, "at": (began + timedelta(seconds=start)).isoformat()}
        for start in range(0, 100, 10)
    ]

    response = put(viewing_id=viewing(ago=3 * 3600), played=played)

    assert (len(response.json["accepted"]), response.json["watched_seconds"]) == (10, 100)


def test_the_remainder_is_credited_when_enough_time_has_passed(put, viewing):
    partly = put((0, 45), viewing_id=viewing(ago=10)).json
    wholly = put((0, 45), viewing_id=viewing(ago=14)).json

    assert [(each["from"], each["to"]) for each in partly["accepted"]] == [(0, 35)]
    assert [(each["from"], each["to"], each["reason"]) for each in partly["rejected"]] == [(35, 45, "over_budget")]
    assert partly["rejected"][0]["retry"] == "later"
    assert (wholly["watched_seconds"], wholly["rejected"]) == (45, [])


def test_concurrent_viewings_share_one_budget(put, viewing):
    responses = [put((start, start + 10), viewing_id=viewing(ago=10)).json for start in range(0, 50, 10)]

    assert [response["watched_seconds"] for response in responses] == [10, 20, 30, 35, 35]


@pytest.mark.parametrize(("rate", "watched"), [(1.5, 20), (None, 35), (16, 35)])
def test_a_course_may_set_a_lower_playback_rate_limit(client, put, viewing, owner, learner, course, rate, watched):
    response = client.patch(f"/courses/{course.id}", json={"max_playback_rate": rate}, auth=owner)
    playback = client.get(f"/lessons/{course.video.id}/playback", auth=learner)

    assert response.json["max_playback_rate"] == rate
    assert playback.json["max_playback_rate"] == min(rate or 3, 3)
    assert put((0, 60), viewing_id=viewing(ago=10)).json["watched_seconds"] == watched


def test_a_report_without_playback_is_credited_five_seconds(put, video):
    responses = [put((start, start + 1), seq=start).json for start in range(7)]

    assert responses[-1]["watched_seconds"] == 5
    assert responses[-1]["rejected"][0]["reason"] == "over_budget"


def test_the_duration_is_that_of_the_video(put, viewing):
    response = put((95, 500), (200, 300), viewing_id=viewing())

    assert [(each["from"], each["to"]) for each in response.json["accepted"]] == [(95, 100.0)]
    assert response.json["rejected"][0]["reason"] == "beyond_end"
    assert response.json["watched_seconds"] == 5


def test_a_repeated_heartbeat_writes_nothing(put, viewing, learner, course):
    report = {"viewing_id": viewing(), "position": 10, "client_time": now().isoformat()}
    first = put((0, 10), **report)
    before = record(learner, course.video)

    again = put((0, 10), **report)

    assert record(learner, course.video) == before
    assert again.json["watched_seconds"] == first.json["watched_seconds"] == 10


def test_a_heartbeat_needs_one_cache_round_trip_one_query_and_one_write(put, viewing, queries):
    put((0, 10), viewing_id=viewing())
    queries.clear()
    put((10, 20), viewing_id=viewing(), seq=2)

    assert queries == ["redis", "find", "update"]


def test_watching_enough_completes_the_lesson_once(put, viewing, learner, course):
    response = put((0, 90), viewing_id=viewing())
    later = put((90, 100), viewing_id=viewing(), seq=2)

    assert response.json["completed"]
    assert later.json["completed_at"] == response.json["completed_at"]
    [event] = record(learner, course.video)["pending_events"]
    assert event["id"] == f"lesson.completed:{learner.id}:{course.video.id}"


def test_completion_stays_when_the_video_is_replaced(put, viewing, course):
    put((0, 100), viewing_id=viewing())
    new = make_ready_video(duration=400.0)
    show_video(course, course.video, new)

    response = put((0, 10), viewing_id=viewing(video_id=new), seq=2)

    assert (response.json["completed"], response.json["watched_seconds"], response.json["duration"]) == (
        True,
        10,
        400.0,
    )


def test_watching_during_a_replacement_is_credited_to_the_old_video(put, viewing, course):
    viewing_id = viewing()
    show_video(course, course.video, make_ready_video(duration=400.0))

    response = put((0, 95), viewing_id=viewing_id)

    assert (response.json["duration"], response.json["watched_seconds"], response.json["completed"]) == (
        100.0,
        95,
        True,
    )


def test_learners_with_a_kept_version_watch_its_video(put, viewing, course, client, learner):
    show_video(course, course.video, make_ready_video(duration=400.0), learners=Learners.KEEP)

    assert put((0, 10), viewing_id=viewing()).json["duration"] == 100.0
    assert client.get(f"/lessons/{course.video.id}/progress", auth=learner).json["fraction"] == 0.1


def test_seconds_of_a_taken_down_video_are_credited(put, viewing, video):
    Video.collection().update_one({"_id": ObjectId(video)}, {"$set": {"status": VideoStatus.DELETED.value}})

    assert put((0, 10), viewing_id=viewing()).json["watched_seconds"] == 10


def test_the_position_follows_the_latest_client_time(put, viewing):
    early, late = (now() - timedelta(seconds=ago) for ago in (60, 30))

    put(viewing_id=viewing(), position=70, seq=2, client_time=late.isoformat())
    response = put((0, 1), viewing_id=viewing(), position=0, seq=0, client_time=early.isoformat())

    assert response.json["position"] == 70


def test_a_clock_in_the_future_does_not_freeze_the_position(put, viewing):
    ahead = now() + timedelta(days=400)
    put(viewing_id=viewing(), position=70, client_time=ahead.isoformat())

    response = put(viewing_id=viewing(ago=1), position=20, client_time=(now() + timedelta(milliseconds=5)).isoformat())

    assert response.json["position"] == 20


def test_opening_a_text_completes_it(put, client, learner, course):
    client.get(f"/lessons/{course.text.id}", auth=learner)
    assert not client.get(f"/lessons/{course.text.id}/progress", auth=learner).json["completed"]

    response = client.put(f"/lessons/{course.text.id}/progress", json={"opened": True}, auth=learner)

    assert (response.json["completed"], response.json["fraction"], response.json["watched_seconds"]) == (True, 1.0, 0)
    assert response.json["opened_at"] == response.json["completed_at"]


def test_a_manual_rule_is_completed_by_the_learner(client, owner, learner, course):
    client.patch(f"/lessons/{course.text.id}", json={"completion": {"rule": "manual"}}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    path = f"/lessons/{course.text.id}/progress"

    opened = client.put(path, json={"opened": True}, auth=learner)
    done = client.put(path, json={"completed": True}, auth=learner)

    assert (opened.json["completed"], done.json["completed"]) == (False, True)
    assert client.put(path, json={"completed": False}, auth=learner).status_code == 422


def test_other_rules_cannot_be_completed_manually(client, put, viewing, learner, course):
    response = put((0, 10), viewing_id=viewing(), completed=True)

    assert (response.status_code, response.json["code"]) == (409, "completes_by_itself")
    assert record(learner, course.video) is None


@pytest.mark.parametrize("person", ["owner", "admin"])
def test_authors_without_an_enrollment_leave_no_record(client, put, request, person, course, video):
    person = request.getfixturevalue(person)
    viewing_id = client.get(f"/lessons/{course.video.id}/playback", auth=person).json["viewing_id"]

    response = put((0, 3), viewing_id=viewing_id, position=3, auth=person)

    assert (response.status_code, response.json["recorded"], response.json["watched_seconds"]) == (200, False, 0)
    assert [each["reason"] for each in response.json["rejected"]] == ["not_recorded"]
    assert record(person, course.video) is None


def test_authors_with_an_enrollment_leave_a_record(put, viewing, owner, course):
    make_seat(owner, course)

    response = put((0, 3), viewing_id=viewing(person=owner), auth=owner)

    assert (response.json["recorded"], response.json["watched_seconds"]) == (True, 3)


def test_a_free_preview_is_recorded_for_signed_in_users(client, put, stranger, course):
    path = f"/lessons/{course.preview.id}/progress"

    assert client.put(path, json={"opened": True}, auth=stranger).json["completed"]
    assert client.get(path, auth=stranger).json["completed"]
    assert client.put(path, json={"opened": True}).status_code == 401


def test_lessons_without_a_rule_use_the_default_of_their_kind(put, viewing, course, owner, client):
    Lesson.collection().update_one({"_id": ObjectId(course.video.id)}, {"$unset": {"completion": ""}})
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert put((0, 10), viewing_id=viewing()).json["completion"] == {"rule": "watched", "threshold": 0.9}


def test_the_response_has_the_documented_shape(put, viewing):
    response = put((0, 10), (500, 600), viewing_id=viewing(), position=10).json

    assert response.keys() == ReportedSchema().fields.keys()
    assert ReportedSchema().dump(ReportedSchema().load(response)) == response
