from bson import ObjectId

from learnstream.documents import Lesson
from learnstream.services.media import document_use
from tests.files import make_document, put_document, show_document


def remove(client, lesson, auth, **headers):
    return client.delete(f"/lessons/{lesson.id}/document", auth=auth, headers=headers)


def test_the_draft_has_no_document_any_more(client, owner, lesson):
    file_id = make_document(owner)
    put_document(lesson, file_id)

    assert remove(client, lesson, owner).status_code == 204
    assert Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["document_id"] is None
    assert document_use.named([ObjectId(file_id)]) == set()


def test_published_versions_keep_the_document(client, owner, handout, lesson):
    file_id = make_document(owner, name="Moon.pdf")
    show_document(handout, lesson, file_id)

    remove(client, lesson, owner)

    assert client.get(f"/lessons/{lesson.id}", auth=owner).json["document"]["name"] == "Moon.pdf"
    assert document_use.named([ObjectId(file_id)]) == {ObjectId(file_id)}


def test_a_lesson_without_a_document_has_none_to_remove(client, owner, lesson, course):
    assert remove(client, lesson, owner).json["code"] == "no_document"
    assert remove(client, course.text, owner).json["code"] == "not_a_document_lesson"


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put_document(lesson, make_document(owner))

    assert remove(client, lesson, owner, **{"If-Match": '"1"'}).status_code == 412


def test_a_stranger_is_rejected(client, stranger, owner, lesson):
    put_document(lesson, make_document(owner))

    assert remove(client, lesson, stranger).status_code == 403
