from tests.factories import make_seat, publish
from tests.homework import put_assignment


def read(client, lesson, auth):
    return client.get(f"/lessons/{lesson.id}/assignment", auth=auth)


def test_the_draft_is_read_with_the_etag_of_the_lesson(client, owner, lesson):
    put_assignment(lesson, max_files=2)

    response = read(client, lesson, owner)

    assert (response.status_code, response.json["max_files"]) == (200, 2)
    assert response.headers["ETag"] == client.get(f"/lessons/{lesson.id}?draft=true", auth=owner).headers["ETag"]


def test_a_lesson_without_settings_has_no_assignment(client, owner, course, lesson):
    assert read(client, lesson, owner).json["code"] == "no_assignment"
    assert read(client, course.text, owner).json["code"] == "not_an_assignment_lesson"


def test_learners_do_not_read_the_draft(client, assigned, lesson, learner):
    put_assignment(lesson)
    publish(assigned)
    make_seat(learner, assigned)

    assert read(client, lesson, learner).status_code == 404
