import pytest

from learnstream.documents.file import File
from learnstream.models import Role
from learnstream.services.media import file_quota
from tests.factories import make_person
from tests.files import stored

NEW = {"purpose": "document", "name": "Moon.pdf", "size": 1000}


def create(client, auth, key=None, **changes):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/files", auth=auth, json=NEW | changes, headers=headers)


def test_a_file_is_created_with_the_request_that_uploads_it(client, owner):
    response = create(client, owner, type="application/pdf", sha256="AB" * 32)

    body = response.json
    assert response.status_code == 201
    assert (body["state"], body["type"], body["refusal"]) == ("uploading", "application/pdf", None)
    assert body["upload"]["method"] == "PUT"
    assert body["upload"]["expires_at"] == body["upload_expires_at"]
    file = stored(body["id"])
    assert (file["owner_id"], file["name"], file["sha256"]) == (owner.id, "Moon.pdf", "ab" * 32)
    assert file_quota.used(owner.id) == 1000


@pytest.mark.parametrize(
    "name", ["Луна и Солнце.pdf", "月.pdf", "क्‍ष.pdf", "👩‍🚀.pdf", "\U0001fae8.pdf", "a" * 251 + ".pdf", ".pdf", "a..b"]
)
def test_names_are_kept(client, owner, name):
    assert create(client, owner, name=name).json["name"] == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "../moon.pdf",
        "C:\\moon.pdf",
        "moon\n.pdf",
        "moon\x00.pdf",
        "moon\u202efdp.exe",
        "moon\u2066.pdf",
        "\u200emoon.pdf",
        "moon\u200b.pdf",
        "moon\ufeff.pdf",
        "moon\u206e.pdf",
        "\u3164",
        "moon\ud800.pdf",
        "a" * 252 + ".pdf",
        "я" * 126 + ".pdf",
        7,
        None,
    ],
)
def test_names_that_are_paths_or_deceive_are_refused(client, owner, name):
    response = create(client, owner, name=name)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["name"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", "movie"),
        ("purpose", None),
        ("size", 0),
        ("size", -1),
        ("size", 1.5),
        ("size", "1000"),
        ("size", True),
        ("size", 50_000_001),
        ("size", 10**30),
        ("type", "pdf"),
        ("type", "text/html"),
        ("type", "application/pdf\r\nX-Evil: 1"),
        ("sha256", "ab"),
        ("sha256", "x" * 64),
    ],
)
def test_an_invalid_field_is_named(client, owner, field, value):
    response = create(client, owner, **{field: value})

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, [field])
    assert File.collection().count_documents({}) == 0


@pytest.mark.parametrize("purpose", ["document", "attachment"])
def test_students_upload_photos_only(client, stranger, purpose):
    refused = create(client, stranger, purpose=purpose)

    assert (refused.status_code, refused.json["code"]) == (403, "instructors_only")
    assert create(client, stranger, purpose="photo").status_code == 201


def test_a_full_quota_is_explained(client, app, owner, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_QUOTA", 1500)
    create(client, owner)

    response = create(client, owner)

    assert (response.status_code, response.json["code"]) == (409, "quota_exceeded")
    assert (response.json["used"], response.json["limit"]) == (1000, 1500)


def test_a_repeated_key_creates_one_file(client, owner):
    first, again = create(client, owner, key="one"), create(client, owner, key="one")

    assert (again.status_code, again.json) == (201, first.json)
    assert File.collection().count_documents({}) == 1


def test_a_key_needs_a_caller_who_is_still_active(client, owner, app):
    former = make_person(Role.INSTRUCTOR, "Former", is_active=False)

    assert create(client, former, key="one").status_code == 401


def test_only_administrators_upload_spreadsheets_of_people(client, admin, owner, learner):
    answers = [create(client, person, purpose="import", name="People.xlsx") for person in (admin, owner, learner)]

    assert [answer.status_code for answer in answers] == [201, 403, 403]
    assert answers[1].json["code"] == "admins_only"


def test_a_spreadsheet_of_people_has_at_most_ten_megabytes(client, admin):
    assert list(create(client, admin, purpose="import", size=10_000_001).json["errors"]["json"]) == ["size"]
