from bson import ObjectId

from learnstream.schemas.learning.progress import LessonProgressSchema
from tests.factories import make_ready_video, show_video


def get(client, lesson, person):
    return client.get(f"/lessons/{lesson.id}/progress", auth=person)


def test_an_unwatched_lesson_has_empty_progress(client, learner, course, video):
    response = get(client, course.video, learner)

    assert response.status_code == 200
    assert response.json == {
        "recorded": True,
        "position": 0.0,
        "watched_seconds": 0,
        "duration": 100.0,
        "fraction": 0.0,
        "completed": False,
        "completed_at": None,
        "opened_at": None,
        "completion": {"rule": "watched", "threshold": 0.9},
        "watched": [],
    }


def test_reported_progress_can_be_read(client, put, viewing, learner, course):
    reported = put((0, 10), (20, 30.2), viewing_id=viewing(), position=30.2).json

    response = get(client, course.video, learner).json

    assert response.pop("watched") == [{"from": 0, "to": 10}, {"from": 20, "to": 30}]
    assert response == {name: value for name, value in reported.items() if name not in {"accepted", "rejected"}}


def test_a_replaced_video_starts_from_zero(client, put, viewing, learner, course):
    put((0, 95), viewing_id=viewing(), position=95)
    show_video(course, course.video, make_ready_video(duration=50.0))

    response = get(client, course.video, learner).json

    assert (response["watched_seconds"], response["fraction"], response["watched"]) == (0, 0.0, [])
    assert (response["completed"], response["position"]) == (True, 50.0)


def test_a_lesson_without_a_ready_video_has_no_duration(client, learner, course):
    response = get(client, course.video, learner).json

    assert (response["duration"], response["fraction"]) == (None, 0.0)


def test_users_read_their_own_progress(client, put, viewing, course, owner, admin):
    put((0, 10), viewing_id=viewing())

    for person in (owner, admin):
        response = get(client, course.video, person).json
        assert (response["recorded"], response["watched_seconds"]) == (False, 0)


def test_users_without_access_cannot_read_progress(client, stranger, course):
    response = get(client, course.video, stranger)

    assert (response.status_code, response.json["code"]) == (403, "not_enrolled")
    assert get(client, course.video, None).status_code == 401


def test_an_unknown_lesson_is_not_found(client, learner):
    assert client.get(f"/lessons/{ObjectId()}/progress", auth=learner).status_code == 404


def test_the_response_has_the_documented_shape(client, put, viewing, learner, course):
    put((0, 95), viewing_id=viewing(), position=5)

    response = get(client, course.video, learner).json

    assert response.keys() == LessonProgressSchema().fields.keys()
    assert LessonProgressSchema().dump(LessonProgressSchema().load(response)) == response


def test_reading_needs_one_cache_round_trip_and_one_query(client, learner, course, video, queries):
    get(client, course.video, learner)
    queries.clear()
    get(client, course.video, learner)

    assert queries == ["redis", "find"]
