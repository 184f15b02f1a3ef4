from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.schemas.learning.progress import ReportedSchema
from learnstream.services.authoring.publishing import Learners
from tests.blueprints.learning.progress.records import record
from tests.factories import make_ready_video, make_seat, show_video


def test_what_was_played_is_credited(put, viewing):
    answer = put((0, 10), (20, 35.2), viewing_id=viewing(), position=35.2)

    assert answer.status_code == 200
    assert [(each["from"], each["to"]) for each in answer.json["accepted"]] == [(0, 10), (20, 35.2)]
    assert answer.json["rejected"] == []
    assert answer.json["position"] == 35.2
    assert answer.json["watched_seconds"] == 25
    assert (answer.json["fraction"], answer.json["duration"]) == (0.25, 100.0)
    assert (answer.json["recorded"], answer.json["completed"], answer.json["completed_at"]) == (True, False, None)
    assert answer.json["completion"] == {"rule": "watched", "threshold": 0.9}


def test_the_record_is_kept_for_the_one_who_watched(put, viewing, learner, course, video):
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

    answer = put((0, 5), (5, 50), viewing_id=viewing_id)

    assert [each["to"] for each in answer.json["accepted"]] == [5]
    assert [(each["to"], each["reason"]) for each in answer.json["rejected"]] == [(50, "over_budget")]


def test_older_clients_report_under_the_former_name(client, put, learner, course, video, viewing):
    session_id = client.get(f"/lessons/{course.video.id}/playback", auth=learner).json["session_id"]

    assert put((0, 5), session_id=session_id).json["watched_seconds"] == 5
    assert put((10, 60), seq=2, session_id=viewing()).json["watched_seconds"] == 55


def test_both_names_may_be_given(put, viewing):
    same = viewing()

    assert put((0, 50), session_id=same, viewing_id=same).json["watched_seconds"] == 50


def test_what_piled_up_offline_is_credited_in_full(put, viewing):
    began = now() - timedelta(hours=3)
    played = [
        {"from": start, "to": start + 10, "at": (began + timedelta(seconds=start)).isoformat()}
        for start in range(0, 100, 10)
    ]

    answer = put(viewing_id=viewing(ago=3 * 3600), played=played)

    assert (len(answer.json["accepted"]), answer.json["watched_seconds"]) == (10, 100)


def test_the_rest_is_credited_when_there_was_time(put, viewing):
    partly = put((0, 45), viewing_id=viewing(ago=10)).json
    wholly = put((0, 45), viewing_id=viewing(ago=14)).json

    assert [(each["from"], each["to"]) for each in partly["accepted"]] == [(0, 35)]
    assert [(each["from"], each["to"], each["reason"]) for each in partly["rejected"]] == [(35, 45, "over_budget")]
    assert partly["rejected"][0]["retry"] == "later"
    assert (wholly["watched_seconds"], wholly["rejected"]) == (45, [])


def test_several_viewings_at_once_share_one_budget(put, viewing):
    answers = [put((start, start + 10), viewing_id=viewing(ago=10)).json for start in range(0, 50, 10)]

    assert [answer["watched_seconds"] for answer in answers] == [10, 20, 30, 35, 35]


@pytest.mark.parametrize(("rate", "watched"), [(1.5, 20), (None, 35), (16, 35)])
def test_a_course_may_allow_less_than_the_server(client, put, viewing, owner, learner, course, rate, watched):
    answer = client.patch(f"/courses/{course.id}", json={"max_playback_rate": rate}, auth=owner)
    playback = client.get(f"/lessons/{course.video.id}/playback", auth=learner)

    assert answer.json["max_playback_rate"] == rate
    assert playback.json["max_playback_rate"] == min(rate or 3, 3)
    assert put((0, 60), viewing_id=viewing(ago=10)).json["watched_seconds"] == watched


def test_who_never_asked_for_playback_gets_five_seconds(put, video):
    answers = [put((start, start + 1), seq=start).json for start in range(7)]

    assert answers[-1]["watched_seconds"] == 5
    assert answers[-1]["rejected"][0]["reason"] == "over_budget"


def test_the_length_is_the_videos_own(put, viewing):
    answer = put((95, 500), (200, 300), viewing_id=viewing())

    assert [(each["from"], each["to"]) for each in answer.json["accepted"]] == [(95, 100.0)]
    assert answer.json["rejected"][0]["reason"] == "beyond_end"
    assert answer.json["watched_seconds"] == 5


def test_a_repeat_writes_nothing(put, viewing, learner, course):
    report = {"viewing_id": viewing(), "position": 10, "client_time": now().isoformat()}
    first = put((0, 10), **report)
    before = record(learner, course.video)

    again = put((0, 10), **report)

    assert record(learner, course.video) == before
    assert again.json["watched_seconds"] == first.json["watched_seconds"] == 10


def test_a_heartbeat_costs_one_look_into_the_cache_a_query_and_a_write(put, viewing, queries):
    put((0, 10), viewing_id=viewing())
    queries.clear()
    put((10, 20), viewing_id=viewing(), seq=2)

    assert queries == ["redis", "find", "update"]


def test_watching_enough_completes_the_lesson_once(put, viewing, learner, course):
    answer = put((0, 90), viewing_id=viewing())
    later = put((90, 100), viewing_id=viewing(), seq=2)

    assert answer.json["completed"]
    assert later.json["completed_at"] == answer.json["completed_at"]
    [event] = record(learner, course.video)["pending_events"]
    assert event["id"] == f"lesson.completed:{learner.id}:{course.video.id}"


def test_completed_stays_when_the_video_is_replaced(put, viewing, course):
    put((0, 100), viewing_id=viewing())
    new = make_ready_video(duration=400.0)
    show_video(course, course.video, new)

    answer = put((0, 10), viewing_id=viewing(video_id=new), seq=2)

    assert (answer.json["completed"], answer.json["watched_seconds"], answer.json["duration"]) == (True, 10, 400.0)


def test_who_watched_the_old_video_while_it_was_replaced_is_credited_for_it(put, viewing, course):
    viewing_id = viewing()
    show_video(course, course.video, make_ready_video(duration=400.0))

    answer = put((0, 95), viewing_id=viewing_id)

    assert (answer.json["duration"], answer.json["watched_seconds"], answer.json["completed"]) == (100.0, 95, True)


def test_learners_who_keep_their_version_watch_its_video(put, viewing, course, client, learner):
    show_video(course, course.video, make_ready_video(duration=400.0), learners=Learners.KEEP)

    assert put((0, 10), viewing_id=viewing()).json["duration"] == 100.0
    assert client.get(f"/lessons/{course.video.id}/progress", auth=learner).json["fraction"] == 0.1


def test_what_was_watched_of_a_video_that_was_taken_down_counts(put, viewing, video):
    Video.collection().update_one({"_id": ObjectId(video)}, {"$set": {"status": VideoStatus.DELETED.value}})

    assert put((0, 10), viewing_id=viewing()).json["watched_seconds"] == 10


def test_a_position_is_where_the_latest_client_was(put, viewing):
    early, late = (now() - timedelta(seconds=ago) for ago in (60, 30))

    put(viewing_id=viewing(), position=70, seq=2, client_time=late.isoformat())
    answer = put((0, 1), viewing_id=viewing(), position=0, seq=0, client_time=early.isoformat())

    assert answer.json["position"] == 70


def test_a_clock_in_the_future_does_not_freeze_the_position(put, viewing):
    ahead = now() + timedelta(days=400)
    put(viewing_id=viewing(), position=70, client_time=ahead.isoformat())

    answer = put(viewing_id=viewing(ago=1), position=20, client_time=(now() + timedelta(milliseconds=5)).isoformat())

    assert answer.json["position"] == 20


def test_a_text_is_completed_by_being_opened(put, client, learner, course):
    client.get(f"/lessons/{course.text.id}", auth=learner)
    assert not client.get(f"/lessons/{course.text.id}/progress", auth=learner).json["completed"]

    answer = client.put(f"/lessons/{course.text.id}/progress", json={"opened": True}, auth=learner)

    assert (answer.json["completed"], answer.json["fraction"], answer.json["watched_seconds"]) == (True, 1.0, 0)
    assert answer.json["opened_at"] == answer.json["completed_at"]


def test_the_learners_word_completes_a_lesson_whose_rule_it_is(client, owner, learner, course):
    client.patch(f"/lessons/{course.text.id}", json={"completion": {"rule": "manual"}}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    path = f"/lessons/{course.text.id}/progress"

    opened = client.put(path, json={"opened": True}, auth=learner)
    done = client.put(path, json={"completed": True}, auth=learner)

    assert (opened.json["completed"], done.json["completed"]) == (False, True)
    assert client.put(path, json={"completed": False}, auth=learner).status_code == 422


def test_and_no_other(client, put, viewing, learner, course):
    answer = put((0, 10), viewing_id=viewing(), completed=True)

    assert (answer.status_code, answer.json["code"]) == (409, "completes_by_itself")
    assert record(learner, course.video) is None


@pytest.mark.parametrize("person", ["owner", "admin"])
def test_authors_without_a_seat_leave_no_record(client, put, request, person, course, video):
    person = request.getfixturevalue(person)
    viewing_id = client.get(f"/lessons/{course.video.id}/playback", auth=person).json["viewing_id"]

    answer = put((0, 3), viewing_id=viewing_id, position=3, auth=person)

    assert (answer.status_code, answer.json["recorded"], answer.json["watched_seconds"]) == (200, False, 0)
    assert [each["reason"] for each in answer.json["rejected"]] == ["not_recorded"]
    assert record(person, course.video) is None


def test_authors_with_a_seat_do(put, viewing, owner, course):
    make_seat(owner, course)

    answer = put((0, 3), viewing_id=viewing(person=owner), auth=owner)

    assert (answer.json["recorded"], answer.json["watched_seconds"]) == (True, 3)


def test_a_free_preview_is_recorded_for_who_is_signed_in(client, put, stranger, course):
    path = f"/lessons/{course.preview.id}/progress"

    assert client.put(path, json={"opened": True}, auth=stranger).json["completed"]
    assert client.get(path, auth=stranger).json["completed"]
    assert client.put(path, json={"opened": True}).status_code == 401


def test_lessons_published_before_there_were_rules_have_their_kinds_own(put, viewing, course, owner, client):
    Lesson.collection().update_one({"_id": ObjectId(course.video.id)}, {"$unset": {"completion": ""}})
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert put((0, 10), viewing_id=viewing()).json["completion"] == {"rule": "watched", "threshold": 0.9}


def test_the_answer_has_the_documented_shape(put, viewing):
    answer = put((0, 10), (500, 600), viewing_id=viewing(), position=10).json

    assert answer.keys() == ReportedSchema().fields.keys()
    assert ReportedSchema().dump(ReportedSchema().load(answer)) == answer
