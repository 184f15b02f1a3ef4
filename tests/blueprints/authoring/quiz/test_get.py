from tests.factories import make_question, make_seat, publish, put_quiz, section


def read(client, lesson, auth):
    return client.get(f"/lessons/{lesson.id}/quiz", auth=auth)


def test_the_draft_is_read_with_the_etag_of_the_lesson(client, owner, lesson):
    put_quiz(lesson, [], time_limit=60)

    response = read(client, lesson, owner)

    assert (response.status_code, response.json["time_limit"]) == (200, 60)
    assert response.headers["ETag"] == client.get(f"/lessons/{lesson.id}?draft=true", auth=owner).headers["ETag"]


def test_a_lesson_without_settings_has_no_quiz(client, owner, course, lesson):
    assert read(client, lesson, owner).json["code"] == "no_quiz"
    assert read(client, course.text, owner).json["code"] == "not_a_quiz_lesson"


def test_learners_never_read_the_settings(client, examined, lesson, learner):
    put_quiz(lesson, [section(make_question(examined))])
    publish(examined)
    make_seat(learner, examined)

    assert read(client, lesson, learner).status_code == 404
