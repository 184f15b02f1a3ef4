import pytest

from learnstream.models import User
from learnstream.services.foundation import outbox
from tests.factories import make_course, make_seat
from tests.files import make_file, make_photo, set_photo
from tests.problems import invalid_fields, outcome

NOBODY = "6560f3a2c1d4e5f6a7b8c9d2"


def put(client, auth, file_id):
    return client.put("/users/me/photo", json={"file_id": file_id}, auth=auth)


def addresses(file_id):
    return {size: f"/photos/{file_id}/{size}" for size in ("small", "medium", "large")}


def test_a_photo_is_shown_wherever_its_user_is(client, course, learner, owner, admin, separate_session):
    file_id = make_photo(learner)

    response = put(client, learner, file_id)

    assert (response.status_code, response.json) == (200, addresses(file_id))
    assert separate_session.get_one(User, learner.id).photo_id == file_id
    assert client.get("/users/me", auth=learner).json["photo"] == addresses(file_id)
    assert client.get(f"/admin/users/{learner.id}", auth=admin).json["photo"] == addresses(file_id)
    [listed] = [each for each in client.get("/admin/users", auth=admin).json if each["id"] == learner.id]
    assert listed["photo"] == addresses(file_id)
    assert client.get(f"/courses/{course.id}/learners", auth=owner).json[0]["photo"] == addresses(file_id)


def test_courses_show_their_instructors_new_photo(client, course, owner):
    unpublished = make_course(owner, published=False)
    client.get(f"/courses/{course.id}")
    photo_id = make_photo(owner)
    put(client, owner, photo_id)

    outbox.relay()

    assert client.get(f"/courses/{course.id}").json["instructors"][0]["photo"] == addresses(photo_id)
    assert client.get("/courses").json[0]["instructors"][0]["photo"] == addresses(photo_id)
    client.post(f"/courses/{unpublished.id}/publish", json={}, auth=owner)
    assert client.get(f"/courses/{unpublished.id}").json["instructors"][0]["photo"] == addresses(photo_id)


def test_only_the_instructors_own_photo_changes_in_a_course(client, course, owner, other_owner):
    client.put(f"/courses/{course.id}/instructors", json={"instructor_ids": [other_owner.id, owner.id]}, auth=owner)
    mine, theirs = make_photo(owner), make_photo(other_owner)
    put(client, owner, mine)
    put(client, other_owner, theirs)

    outbox.relay()

    photos = [person["photo"] for person in client.get(f"/courses/{course.id}").json["instructors"]]
    assert photos == [addresses(theirs), addresses(mine)]


def test_a_new_instructor_is_shown_with_the_photo(client, course, owner, other_owner):
    photo_id = set_photo(other_owner)

    client.put(f"/courses/{course.id}/instructors", json={"instructor_ids": [other_owner.id]}, auth=owner)

    assert client.get(f"/courses/{course.id}").json["instructors"][0]["photo"] == addresses(photo_id)


def test_a_photo_is_replaced(client, stranger):
    put(client, stranger, make_photo(stranger))
    newer = make_photo(stranger)

    put(client, stranger, newer)

    assert client.get("/users/me", auth=stranger).json["photo"] == addresses(newer)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "uploading"}, (409, "file_not_ready")),
        ({"state": "processing"}, (409, "file_not_ready")),
        ({"state": "refused"}, (409, "file_refused")),
        ({"state": "ready", "purpose": "document"}, (422, "wrong_purpose")),
    ],
)
def test_a_file_that_is_no_finished_photo_is_rejected(client, stranger, fields, expected):
    file_id = str(make_file(stranger, **{"purpose": "photo", **fields})["_id"])

    assert outcome(put(client, stranger, file_id)) == expected
    assert client.get("/users/me", auth=stranger).json["photo"] is None


def test_the_file_of_somebody_else_does_not_exist(client, stranger, learner, admin):
    file_id = make_photo(learner)

    assert invalid_fields(put(client, stranger, file_id)) == invalid_fields(put(client, admin, file_id)) == ["file_id"]
    assert put(client, stranger, NOBODY).json["errors"] == put(client, stranger, file_id).json["errors"]


@pytest.mark.parametrize("file_id", [None, "", "x", 7, [], {}, NOBODY.upper(), NOBODY + "\n", "/photos/x"])
def test_a_malformed_id_is_named(client, stranger, file_id):
    assert invalid_fields(put(client, stranger, file_id)) == ["file_id"]


def test_a_learner_may_be_listed_without_a_photo(client, course, owner, other_owner):
    make_seat(other_owner, course)

    assert client.get(f"/courses/{course.id}/learners", auth=owner).json[0]["photo"] is None
