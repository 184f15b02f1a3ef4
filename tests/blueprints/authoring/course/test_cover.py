"""Covers of courses that are photos on this server."""

import pytest

from learnstream.documents import File
from learnstream.services.media import photo_use
from tests.factories import make_course, publish
from tests.files import make_file, make_photo
from tests.problems import invalid_fields

URL = "https://images.example.com/stars.jpg"


def patch(client, course, auth, cover):
    return client.patch(f"/courses/{course.id}", json={"cover": cover}, auth=auth)


def path_of(photo_id):
    return f"/photos/{photo_id}/large"


def test_a_cover_may_be_a_photo_of_the_author(client, owner, course):
    photo_id = make_photo(owner)

    response = patch(client, course, owner, photo_id)

    assert response.json["cover"] == path_of(photo_id)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert client.get(f"/courses/{course.id}").json["cover"] == path_of(photo_id)
    assert client.get("/courses").json[0]["cover"] == path_of(photo_id)
    assert client.get(path_of(photo_id)).content_type == "image/webp"


def test_a_course_is_created_with_a_photo(client, owner):
    photo_id = make_photo(owner)

    made = client.post("/courses", json={"title": "Stars", "cover": photo_id}, auth=owner)

    assert (made.status_code, made.json["cover"]) == (201, path_of(photo_id))


def test_a_cover_can_be_sent_back_as_it_was_read(client, owner, other_owner, course):
    patch(client, course, owner, make_photo(owner))
    both = {"instructor_ids": [owner.id, other_owner.id]}
    client.put(f"/courses/{course.id}/instructors", json=both, auth=owner)
    shown = client.get(f"/courses/{course.id}/draft", auth=other_owner).json["cover"]

    assert patch(client, course, other_owner, shown).json["cover"] == shown
    assert patch(client, course, other_owner, URL).json["cover"] == URL
    # Then it is not theirs to choose any more.
    assert invalid_fields(patch(client, course, other_owner, shown)) == ["cover"]


@pytest.mark.parametrize(
    "fields", [{"state": "processing"}, {"state": "refused"}, {"state": "ready", "purpose": "document"}]
)
def test_a_file_that_is_no_finished_photo_is_named(client, owner, course, fields):
    file_id = str(make_file(owner, **{"purpose": "photo", **fields})["_id"])

    assert invalid_fields(patch(client, course, owner, file_id)) == ["cover"]
    assert invalid_fields(client.post("/courses", json={"title": "X", "cover": file_id}, auth=owner)) == ["cover"]


def test_the_photo_of_somebody_else_cannot_be_a_cover(client, owner, course, stranger):
    for cover in (make_photo(stranger), path_of(make_photo(stranger)), "6560f3a2c1d4e5f6a7b8c9d2"):
        assert invalid_fields(patch(client, course, owner, cover)) == ["cover"]


@pytest.mark.parametrize("end", ["small", "large/", "large?x", "../large", "LARGE", ""])
def test_another_path_of_this_server_is_not_a_cover(client, owner, course, end):
    assert invalid_fields(patch(client, course, owner, f"/photos/{make_photo(owner)}/{end}")) == ["cover"]


def test_a_published_version_keeps_its_cover(client, owner, course):
    first, second = make_photo(owner), make_photo(owner)
    patch(client, course, owner, first)
    publish(course)
    patch(client, course, owner, second)

    assert client.get(f"/courses/{course.id}").json["cover"] == path_of(first)

    publish(course)
    client.post(f"/courses/{course.id}/versions/2/restore", json={}, auth=owner)
    assert client.get(f"/courses/{course.id}/draft", auth=owner).json["cover"] == path_of(first)


def test_photos_are_in_use_by_drafts_and_versions(client, owner, course):
    published, drafted, _ = (make_photo(owner) for _ in range(3))
    patch(client, course, owner, published)
    publish(course)
    patch(client, make_course(owner, published=False), owner, drafted)
    patch(client, course, owner, URL)
    everything = [file["_id"] for file in File.collection().find({}, {"_id": 1})]

    assert {str(file_id) for file_id in photo_use.of_courses(everything)} == {published, drafted}


def test_a_deleted_course_does_not_use_its_cover(client, owner):
    course, photo_id = make_course(owner, published=False), make_photo(owner)
    patch(client, course, owner, photo_id)

    client.delete(f"/courses/{course.id}", auth=owner)

    assert photo_use.of_courses([File.collection().find_one()["_id"]]) == set()
