from bson import ObjectId

from learnstream.documents import Lesson
from tests.factories import make_question, publish, put_quiz, section


def remove(client, lesson, auth, **headers):
    return client.delete(f"/lessons/{lesson.id}/quiz", auth=auth, headers=headers)


def test_the_draft_has_no_quiz_any_more(client, owner, lesson):
    put_quiz(lesson, [])

    assert remove(client, lesson, owner).status_code == 204
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["quiz_id"] is None


def test_published_versions_keep_the_quiz(client, owner, examined, lesson):
    put_quiz(lesson, [section(make_question(examined))])
    publish(examined)

    remove(client, lesson, owner)

    assert client.get(f"/lessons/{lesson.id}", auth=owner).json["quiz"]["question_count"] == 1
    assert client.get(f"/lessons/{lesson.id}?draft=true", auth=owner).json["quiz"] is None


def test_a_lesson_without_a_quiz_has_none_to_remove(client, owner, lesson, course):
    assert remove(client, lesson, owner).json["code"] == "no_quiz"
    assert remove(client, course.text, owner).json["code"] == "not_a_quiz_lesson"


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put_quiz(lesson, [])

    assert remove(client, lesson, owner, **{"If-Match": '"1"'}).status_code == 412


def test_a_stranger_is_rejected(client, stranger, lesson):
    put_quiz(lesson, [])

    assert remove(client, lesson, stranger).status_code == 404
