import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.models.subject import Subject
from learnstream.services.authoring import subject_changes
from learnstream.services.foundation import outbox
from tests.factories import make_course, make_subject

WORDS = {"name": "Physics", "code": "PHY", "description": "Matter and motion."}


def create(client, admin, **fields):
    return client.post("/admin/subjects", auth=admin, json=fields)


def relay():
    outbox.relay(topic=subject_changes.CHANGED)


@pytest.fixture
def subject(app):
    return make_subject(code="PHY")


@pytest.fixture
def course(owner, subject):
    return make_course(owner, subject_id=subject.id)


def test_a_subject_is_created_read_and_listed(client, admin, separate_session):
    created = create(client, admin, **WORDS)

    body = created.json
    assert created.status_code == 201
    assert {name: body[name] for name in WORDS} == WORDS
    assert client.get(f"/admin/subjects/{body['id']}", auth=admin).json == body
    assert client.get("/admin/subjects", auth=admin).json == [body]
    assert separate_session.scalar(select(Subject.name)) == "Physics"
    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "subject.created"))
    assert (entry.actor_id, entry.target_id) == (admin.id, str(body["id"]))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Phy\nsics"}, "name"),
        ({"name": "Physics", "code": "P H"}, "code"),
        ({"name": "Physics", "code": "x" * 41}, "code"),
        ({"name": "Physics", "code": "PHY\n"}, None),
        ({"name": "Physics", "description": "\x00"}, "description"),
        ({"name": "Physics", "courses": []}, "courses"),
    ],
)
def test_bad_fields_are_named(client, admin, fields, field):
    response = create(client, admin, **fields)

    if field is None:
        assert response.json["code"] == "PHY"
    else:
        assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


@pytest.mark.parametrize("fields", [{"name": "PHYSICS"}, {"name": "Nature", "code": "phy"}])
def test_neither_name_nor_code_is_given_twice(client, admin, subject, fields):
    other = make_subject("Chemistry").id

    for response in (
        create(client, admin, **fields),
        client.patch(f"/admin/subjects/{other}", auth=admin, json=fields),
    ):
        assert (response.status_code, response.json["code"]) == (409, "subject_exists")
    assert client.get(f"/subjects/{other}").json["name"] == "Chemistry"


def test_several_subjects_may_have_no_code(client, admin):
    assert [create(client, admin, name=name).status_code for name in ("Physics", "Chemistry")] == [201, 201]


def test_a_new_name_is_shown_everywhere(client, admin, owner, subject, course):
    path = f"/admin/subjects/{subject.id}"
    client.get(f"/courses/{course.id}"), client.get("/subjects"), client.get(f"/subjects/{subject.id}")

    changed = client.patch(path, auth=admin, json={"name": "Natural philosophy"})
    relay()

    assert changed.json["name"] == "Natural philosophy"
    assert client.get(f"/courses/{course.id}/draft", auth=owner).json["subject"] == "Natural philosophy"
    assert client.get(f"/courses/{course.id}").json["subject"] == "Natural philosophy"
    assert len(client.get("/courses?subject=Natural philosophy").json) == 1
    assert client.get("/subjects").json[0]["name"] == "Natural philosophy"
    assert client.get(f"/subjects/{subject.id}").json["name"] == "Natural philosophy"


def test_courses_of_a_deleted_subject_keep_its_name(client, admin, owner, subject, course):
    assert client.delete(f"/admin/subjects/{subject.id}", auth=admin).status_code == 204
    relay()

    for path in (f"/courses/{course.id}/draft", f"/courses/{course.id}"):
        shown = client.get(path, auth=owner).json
        assert (shown["subject"], shown["subject_id"]) == ("Physics", None)
    assert client.get(f"/subjects/{subject.id}").status_code == 404


def test_a_restored_course_stands_in_the_subject_as_it_is_now(client, admin, owner, subject, course):
    client.patch(f"/admin/subjects/{subject.id}", auth=admin, json={"name": "Natural philosophy"})
    relay()
    client.patch(f"/courses/{course.id}", auth=owner, json={"subject": ""})
    restored = client.post(f"/courses/{course.id}/versions/1/restore", auth=owner).json
    assert (restored["subject"], restored["subject_id"]) == ("Natural philosophy", subject.id)

    client.delete(f"/admin/subjects/{subject.id}", auth=admin)
    restored = client.post(f"/courses/{course.id}/versions/1/restore", auth=owner).json
    assert (restored["subject"], restored["subject_id"]) == ("Physics", None)
