from bson import ObjectId

from learnstream.schemas.learning.progress import LessonProgressSchema
from tests.factories import make_ready_video, show_video


def get(client, lesson, person):
    return client.get(f"/lessons/{lesson.id}/progress", auth=person)


def test_nothing_was_watched_yet(client, learner, course, video):
    answer = get(client, course.video, learner)

    assert answer.status_code == 200
    assert answer.json == {
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


def test_what_was_reported_is_read_back(client, put, viewing, learner, course):
    reported = put((0, 10), (20, 30.2), viewing_id=viewing(), position=30.2).json

    answer = get(client, course.video, learner).json

    assert answer.pop("watched") == [{"from": 0, "to": 10}, {"from": 20, "to": 30}]
    assert answer == {name: value for name, value in reported.items() if name not in {"accepted", "rejected"}}


def test_a_replaced_video_begins_anew(client, put, viewing, learner, course):
    put((0, 95), viewing_id=viewing(), position=95)
    show_video(course, course.video, make_ready_video(duration=50.0))

    answer = get(client, course.video, learner).json

    assert (answer["watched_seconds"], answer["fraction"], answer["watched"]) == (0, 0.0, [])
    assert (answer["completed"], answer["position"]) == (True, 50.0)


def test_a_lesson_whose_video_is_not_ready_has_no_length(client, learner, course):
    answer = get(client, course.video, learner).json

    assert (answer["duration"], answer["fraction"]) == (None, 0.0)


def test_everybody_reads_their_own(client, put, viewing, course, owner, admin):
    put((0, 10), viewing_id=viewing())

    for person in (owner, admin):
        answer = get(client, course.video, person).json
        assert (answer["recorded"], answer["watched_seconds"]) == (False, 0)


def test_who_may_not_watch_reads_nothing(client, stranger, course):
    answer = get(client, course.video, stranger)

    assert (answer.status_code, answer.json["code"]) == (403, "not_enrolled")
    assert get(client, course.video, None).status_code == 401


def test_an_unknown_lesson_is_not_found(client, learner):
    assert client.get(f"/lessons/{ObjectId()}/progress", auth=learner).status_code == 404


def test_the_answer_has_the_documented_shape(client, put, viewing, learner, course):
    put((0, 95), viewing_id=viewing(), position=5)

    answer = get(client, course.video, learner).json

    assert answer.keys() == LessonProgressSchema().fields.keys()
    assert LessonProgressSchema().dump(LessonProgressSchema().load(answer)) == answer


def test_it_costs_one_look_into_the_cache_and_one_query(client, learner, course, video, queries):
    get(client, course.video, learner)
    queries.clear()
    get(client, course.video, learner)

    assert queries == ["redis", "find"]
