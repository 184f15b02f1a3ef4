import pytest
from bson import ObjectId

from learnstream.documents import File, FilePurpose, Lesson, LessonKind
from learnstream.models import Role
from tests.factories import make_course, make_person
from tests.files import make_document, put_document, show_document
from tests.problems import invalid_fields


def attach(client, lesson, file_id, auth, **headers):
    return client.put(f"/lessons/{lesson.id}/document", json={"file_id": file_id}, auth=auth, headers=headers)


def stored(lesson):
    return Lesson.collection().find_one({"_id": ObjectId(lesson.id)})


def test_the_draft_shows_the_document(client, owner, lesson):
    file_id = make_document(owner, name="Moon.pdf")

    response = attach(client, lesson, file_id, owner)

    assert (response.status_code, response.json["document"]["name"]) == (200, "Moon.pdf")
    assert str(stored(lesson)["document_id"]) == file_id
    assert response.headers["ETag"] == '"2"'


def test_the_published_version_keeps_its_document(client, owner, handout, lesson):
    show_document(handout, lesson, make_document(owner, name="Moon.pdf"))

    attach(client, lesson, make_document(owner, name="Mars.pdf"), owner)

    assert client.get(f"/lessons/{lesson.id}", auth=owner).json["document"]["name"] == "Moon.pdf"


@pytest.mark.parametrize(
    ("state", "code"), [("uploading", "file_not_ready"), ("processing", "file_not_ready"), ("refused", "file_refused")]
)
def test_only_a_ready_file_can_be_shown(client, owner, lesson, state, code):
    response = attach(client, lesson, make_document(owner, state=state), owner)

    assert (response.status_code, response.json["code"], stored(lesson)["document_id"]) == (409, code, None)


def test_a_file_of_another_purpose_is_rejected(client, owner, lesson):
    response = attach(client, lesson, make_document(owner, purpose=FilePurpose.PHOTO.value), owner)

    assert (response.status_code, response.json["code"]) == (422, "wrong_purpose")
    assert stored(lesson)["document_id"] is None


@pytest.mark.parametrize("person", ["admin", "stranger", "learner"])
def test_a_file_of_somebody_else_does_not_exist(client, owner, lesson, request, person):
    response = attach(client, lesson, make_document(request.getfixturevalue(person)), owner)

    assert (response.status_code, response.json["errors"]["json"]) == (422, {"file_id": ["The file does not exist."]})


def test_an_unknown_file_is_rejected(client, owner, lesson):
    assert invalid_fields(attach(client, lesson, "f" * 24, owner)) == ["file_id"]
    assert invalid_fields(attach(client, lesson, "Moon.pdf", owner)) == ["file_id"]


def test_an_administrator_may_use_any_document(client, admin, owner, lesson):
    assert attach(client, lesson, make_document(owner), admin).status_code == 200


def test_a_file_that_a_course_of_the_caller_shows_may_be_used_again(client, owner, lesson):
    colleague = make_person(Role.INSTRUCTOR)
    shared = make_course(colleague, [{"title": "Handout", "kind": LessonKind.DOCUMENT}], published=False)
    file_id = make_document(colleague)
    put_document(shared.lessons[0], file_id)
    before = attach(client, lesson, file_id, owner)
    client.put(f"/courses/{shared.id}/instructors", json={"instructor_ids": [colleague.id, owner.id]}, auth=colleague)

    after = attach(client, lesson, file_id, owner)

    assert (before.status_code, after.status_code) == (422, 200)


def test_learners_of_a_course_may_not_use_its_file(client, owner, handout, lesson):
    show_document(handout, lesson, make_document(owner))
    colleague = make_person(Role.INSTRUCTOR)
    client.post(f"/courses/{handout.id}/enroll", auth=colleague)
    own = make_course(colleague, [{"title": "Handout", "kind": LessonKind.DOCUMENT}])

    response = attach(client, own.lessons[0], str(stored(lesson)["document_id"]), colleague)

    assert response.status_code == 422


def test_a_file_that_is_being_removed_cannot_be_shown(client, owner, lesson):
    file_id = make_document(owner)
    File.collection().update_one({"_id": ObjectId(file_id)}, {"$set": {"removing_at": stored(lesson)["created_at"]}})

    assert invalid_fields(attach(client, lesson, file_id, owner)) == ["file_id"]


def test_other_kinds_have_no_document(client, owner, course):
    response = attach(client, course.video, make_document(owner), owner)

    assert (response.status_code, response.json["code"]) == (409, "not_a_document_lesson")


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put_document(lesson, make_document(owner))

    response = attach(client, lesson, make_document(owner), owner, **{"If-Match": '"1"'})

    assert (response.status_code, response.json["code"]) == (412, "precondition_failed")


def test_a_stranger_is_rejected(client, stranger, lesson):
    response = attach(client, lesson, make_document(stranger), stranger)

    assert (response.status_code, response.json["code"]) == (403, "not_your_course")
