import pytest

from tests.factories import make_course, make_subject


@pytest.fixture
def subject(app):
    return make_subject(code="PHY")


def test_everybody_reads_subjects_by_name(client, subject):
    make_subject("Biology")

    assert [each["name"] for each in client.get("/subjects").json] == ["Biology", "Physics"]
    assert client.get(f"/subjects/{subject.id}").json == {
        "id": subject.id,
        "name": "Physics",
        "code": "PHY",
        "description": "",
    }


def test_published_courses_are_listed_in_their_subject(client, owner, subject):
    shown = make_course(owner, title="Astronomy", subject_id=subject.id)
    make_course(owner, title="A draft", subject_id=subject.id, published=False)
    make_course(owner, title="Botany")

    for path in (f"/subjects/{subject.id}/courses", f"/courses?subject_id={subject.id}", "/courses?subject=Physics"):
        response = client.get(path)
        assert [each["id"] for each in response.json] == [shown.id]
        assert response.json[0]["subject_id"] == subject.id


def test_an_unknown_subject_has_no_courses(client):
    assert client.get("/subjects/999/courses").status_code == 404


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"subject": "physics"}, ("Physics", True)),
        ({"subject": "Chemistry"}, ("Chemistry", False)),
        ({"subject_id": "own"}, ("Physics", True)),
        ({"subject_id": "own", "subject": "Chemistry"}, ("Physics", True)),
        ({"subject_id": None, "subject": "Physics"}, ("Physics", False)),
    ],
)
def test_authors_choose_the_subject_by_id_or_name(client, owner, draft_course, subject, fields, expected):
    given = fields | ({"subject_id": subject.id} if fields.get("subject_id") else {})

    created = client.post("/courses", auth=owner, json={"title": "Motion", **given}).json
    changed = client.patch(f"/courses/{draft_course.id}", auth=owner, json=given).json

    for course in (created, changed):
        assert (course["subject"], course["subject_id"] == subject.id) == expected


def test_a_course_leaves_its_subject(client, owner, subject):
    course = make_course(owner, subject_id=subject.id)

    assert client.patch(f"/courses/{course.id}", auth=owner, json={"subject": ""}).json["subject_id"] is None
    client.patch(f"/courses/{course.id}", auth=owner, json={"subject_id": subject.id})
    assert client.patch(f"/courses/{course.id}", auth=owner, json={"subject_id": None}).json["subject_id"] is None


@pytest.mark.parametrize("subject_id", [999, 0, -1, "1", True, 2**63])
def test_a_subject_that_does_not_exist_is_named(client, owner, draft_course, subject_id):
    for response in (
        client.post("/courses", auth=owner, json={"title": "Motion", "subject_id": subject_id}),
        client.patch(f"/courses/{draft_course.id}", auth=owner, json={"subject_id": subject_id}),
    ):
        assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"subject_id"})
