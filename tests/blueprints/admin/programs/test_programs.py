import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from tests.factories import make_course, make_program


@pytest.fixture
def courses(owner):
    return [make_course(owner, title=title) for title in ("Moon", "Mars")]


def create(client, admin, **fields):
    return client.post("/admin/programs", auth=admin, json=fields)


def test_a_program_is_created_read_and_listed(client, admin, courses, separate_session):
    ids = [each.id for each in reversed(courses)]
    body = create(client, admin, title="The sky", sequential=True, course_ids=ids).json

    assert {"title": "The sky", "sequential": True, "published": False, "course_ids": ids}.items() <= body.items()
    assert client.get(f"/admin/programs/{body['id']}", auth=admin).json == body
    assert client.get("/admin/programs", auth=admin).json == [body]
    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "program.created"))
    assert (entry.actor_id, entry.target_id, entry.details["course_ids"]) == (admin.id, str(body["id"]), ids)


def test_everybody_sees_published_programs_with_their_published_courses(client, admin, owner, courses):
    draft = make_course(owner, title="Draft", published=False)
    program = make_program(courses[1], draft, courses[0], published=False)
    assert client.get("/programs").json == []
    assert client.get(f"/programs/{program.id}").status_code == 404

    client.patch(f"/admin/programs/{program.id}", auth=admin, json={"published": True})

    assert [each["id"] for each in client.get("/programs").json] == [program.id]
    shown = client.get(f"/programs/{program.id}").json
    assert [each["title"] for each in shown["courses"]] == ["Mars", "Moon"]


def test_the_order_of_courses_changes(client, admin, courses):
    program = make_program(*courses)
    ids = [each.id for each in reversed(courses)]

    changed = client.patch(f"/admin/programs/{program.id}", auth=admin, json={"course_ids": ids})

    assert changed.json["course_ids"] == ids
    assert [each["title"] for each in client.get(f"/programs/{program.id}").json["courses"]] == ["Mars", "Moon"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "X", "sequential": "yes"}, "sequential"),
        ({"title": "X", "published": 1}, "published"),
        ({"title": "X", "course_ids": ["a" * 24, "a" * 24]}, "course_ids"),
        ({"title": "X", "course_ids": ["a" * 24]}, "course_ids"),
        ({"title": "X", "course_ids": ["x"]}, "course_ids"),
        ({"title": "X", "course_ids": [f"{n:024x}" for n in range(101)]}, "course_ids"),
        ({"title": "X", "members": []}, "members"),
    ],
)
def test_bad_fields_are_named(client, admin, fields, field):
    response = create(client, admin, **fields)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})
    assert client.get("/admin/programs", auth=admin).json == []
