"""Covers of programs."""

import pytest

from learnstream.models import Role
from learnstream.services.media import photo_use
from tests.factories import make_person, make_program
from tests.files import make_file, make_photo, stored
from tests.problems import invalid_fields

URL = "https://images.example.com/stars.jpg"


def create(client, auth, cover):
    return client.post("/admin/programs", json={"title": "The sky", "published": True, "cover": cover}, auth=auth)


def patch(client, program_id, auth, cover):
    return client.patch(f"/admin/programs/{program_id}", json={"cover": cover}, auth=auth)


def path_of(photo_id):
    return f"/photos/{photo_id}/large"


def test_everybody_sees_the_cover(client, admin, learner):
    program = create(client, admin, make_photo(admin)).json
    members = {"user_ids": [learner.id]}
    client.post(f"/admin/programs/{program['id']}/members", json=members, auth=admin)

    [listed], shown = client.get("/programs").json, client.get(f"/programs/{program['id']}").json
    [administered] = client.get("/admin/programs", auth=admin).json
    [mine] = client.get("/users/me/programs", auth=learner).json
    assert {each["cover"] for each in (program, listed, shown, administered, mine)} == {program["cover"]}
    assert client.get(program["cover"]).content_type == "image/webp"


def test_a_cover_is_a_url_or_none(client, admin):
    program_id = make_program().id
    assert client.get(f"/programs/{program_id}").json["cover"] == ""

    assert patch(client, program_id, admin, URL).json["cover"] == URL
    assert patch(client, program_id, admin, "").json["cover"] == ""


@pytest.mark.parametrize(
    "cover", ["http://images.example.com/x.jpg", "https://127.0.0.1/x.jpg", "/photos/1/large", None]
)
def test_other_addresses_are_refused(client, admin, cover):
    assert invalid_fields(create(client, admin, cover)) == ["cover"]
    assert invalid_fields(patch(client, make_program().id, admin, cover)) == ["cover"]


def test_only_a_finished_photo_of_the_administrator_becomes_a_cover(client, admin, stranger):
    unfinished = str(make_file(admin, purpose="photo", state="processing")["_id"])
    document = str(make_file(admin, purpose="document", state="ready")["_id"])
    program_id = make_program().id

    for cover in (unfinished, document, make_photo(stranger), path_of(make_photo(stranger))):
        assert invalid_fields(create(client, admin, cover)) == ["cover"]
        assert invalid_fields(patch(client, program_id, admin, cover)) == ["cover"]


def test_a_cover_of_another_administrator_can_be_sent_back(client, admin):
    program_id, other = make_program().id, make_person(role=Role.ADMIN)
    shown = patch(client, program_id, admin, make_photo(admin)).json["cover"]

    assert patch(client, program_id, other, shown).json["cover"] == shown


def test_a_photo_is_in_use_as_long_as_a_program_shows_it(client, admin):
    program_id, photo_id = make_program().id, make_photo(admin)
    file_id = stored(photo_id)["_id"]
    patch(client, program_id, admin, photo_id)
    assert photo_use.of_programs([file_id]) == {file_id}
    assert client.delete(f"/files/{photo_id}", auth=admin).status_code == 409

    client.delete(f"/admin/programs/{program_id}", auth=admin)

    assert photo_use.of_programs([file_id]) == set()
    assert client.delete(f"/files/{photo_id}", auth=admin).status_code == 204
