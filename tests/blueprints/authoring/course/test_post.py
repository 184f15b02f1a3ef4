import pytest

from learnstream.blueprints.authoring.examples import METADATA
from learnstream.documents import Course

FULL = METADATA | {"tags": ["Stars", "night  sky", "stars"], "language": "EN-gb", "subject_id": None}


def test_an_instructor_creates_a_draft(client, owner):
    response = client.post("/courses", json=FULL, auth=owner)

    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"] == f"/courses/{response.json['id']}/draft"
    assert (response.json["status"], response.json["version"], response.json["modules"]) == ("draft", 0, [])
    assert (response.json["slug"], response.json["instructor_ids"]) == ("astronomy-for-beginners", [owner.id])


def test_a_created_course_can_be_read(client, owner):
    made = client.post("/courses", json=FULL, auth=owner).json

    assert client.get(f"/courses/{made['id']}/draft", auth=owner).json == made


def test_tags_and_language_are_normalized(client, owner):
    made = client.post("/courses", json=FULL, auth=owner).json

    assert (made["tags"], made["language"]) == (["stars", "night sky"], "en-GB")


def test_only_the_title_is_required(client, owner):
    made = client.post("/courses", json={"title": "Botany"}, auth=owner).json

    assert (made["summary"], made["tags"], made["level"], made["cover"]) == ("", [], "", "")


def test_the_same_title_twice_gives_two_slugs(client, owner):
    first, second = (client.post("/courses", json={"title": "Botany"}, auth=owner).json["slug"] for _ in range(2))

    assert first == "botany"
    assert second.startswith("botany-")


@pytest.mark.parametrize(
    ("title", "slug"), [("Ünïcode & Söhne", "unicode-sohne"), ("天文学", "tian-wen-xue"), ("!?", "course")]
)
def test_slugs_are_url_safe(client, owner, title, slug):
    assert client.post("/courses", json={"title": title}, auth=owner).json["slug"] == slug


def test_an_administrator_may_create_courses(client, admin):
    assert client.post("/courses", json={"title": "Botany"}, auth=admin).status_code == 201


def test_a_student_may_not_create_courses(client, stranger):
    response = client.post("/courses", json={"title": "Botany"}, auth=stranger)

    assert (response.status_code, response.json["code"]) == (403, "instructors_only")
    assert Course.collection().count_documents({}) == 0


def test_a_repeated_request_with_a_key_creates_one_course(client, owner):
    first, again = (
        client.post("/courses", json={"title": "Botany"}, auth=owner, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    )

    assert (again.status_code, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert Course.collection().count_documents({}) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", None),
        ("title", ""),
        ("title", "   "),
        ("title", 7),
        ("title", ["x"]),
        ("title", "x" * 201),
        ("title", "nul\x00"),
        ("title", "two\nlines"),
        ("title", "\ud800"),
        ("summary", "x" * 501),
        ("description", "x" * 20_001),
        ("description", "nul\x00"),
        ("subject", "x" * 81),
        ("tags", "stars"),
        ("tags", [1]),
        ("tags", [""]),
        ("tags", ["x" * 41]),
        ("tags", [f"t{n}" for n in range(21)]),
        ("tags", ["nul\x00"]),
        ("level", "expert"),
        ("level", 3),
        ("language", "english!"),
        ("language", "e" * 36),
        ("cover", "http://example.com/x.jpg"),
        ("cover", "javascript:alert(1)"),
        ("cover", "https://" + "x" * 2000),
        ("cover", "https://127.0.0.1/x.jpg"),
        ("cover", "https://192.168.1.1/reboot"),
        ("cover", "https://0x7f.1/x.jpg"),
        ("cover", "https://router.local/x.jpg"),
        ("cover", "https://user:word@example.com/x.jpg"),
        ("instructor_ids", [1]),
        ("status", "published"),
        ("id", "6560f3a2c1d4e5f6a7b8c9d0"),
    ],
)
def test_an_invalid_field_is_named(client, owner, field, value):
    response = client.post("/courses", json={"title": "Botany", field: value}, auth=owner)

    assert (response.status_code, response.json["code"]) == (422, "validation_failed")
    assert field in response.json["errors"]["json"]


def test_a_title_is_required(client, owner):
    assert "title" in client.post("/courses", json={}, auth=owner).json["errors"]["json"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null", b'{"title": NaN}'])
def test_a_body_that_is_not_an_object_is_rejected(client, owner, body):
    response = client.post("/courses", data=body, content_type="application/json", auth=owner)

    assert response.status_code in {400, 422}


def test_another_content_type_is_rejected(client, owner):
    assert client.post("/courses", data="title=x", content_type="text/plain", auth=owner).status_code == 415
