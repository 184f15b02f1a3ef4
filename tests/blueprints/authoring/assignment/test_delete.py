from bson import ObjectId

from learnstream.documents import Lesson
from tests.factories import publish
from tests.homework import put_assignment


def remove(client, lesson, auth, **headers):
    return client.delete(f"/lessons/{lesson.id}/assignment", auth=auth, headers=headers)


def test_the_draft_has_no_assignment_any_more(client, owner, lesson):
    put_assignment(lesson)

    assert remove(client, lesson, owner).status_code == 204
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["assignment_id"] is None


def test_published_versions_keep_the_assignment(client, owner, assigned, lesson):
    put_assignment(lesson)
    publish(assigned)

    remove(client, lesson, owner)

    assert client.get(f"/lessons/{lesson.id}", auth=owner).json["assignment"]["points"] == 10.0
    assert client.get(f"/lessons/{lesson.id}?draft=true", auth=owner).json["assignment"] is None


def test_a_lesson_without_an_assignment_has_none_to_remove(client, owner, lesson, course):
    assert remove(client, lesson, owner).json["code"] == "no_assignment"
    assert remove(client, course.text, owner).json["code"] == "not_an_assignment_lesson"


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put_assignment(lesson)

    assert remove(client, lesson, owner, **{"If-Match": '"1"'}).status_code == 412


def test_a_stranger_is_rejected(client, stranger, lesson):
    put_assignment(lesson)

    assert remove(client, lesson, stranger).status_code == 404
