import pytest
from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.schemas.authoring.version_diff import DifferenceSchema
from learnstream.services.authoring import publishing
from tests.factories import make_lesson, make_ready_video, put_video, show_video
from tests.problems import invalid_fields


def diff(client, course, auth, **query):
    return client.get(f"/courses/{course.id}/versions/diff", query_string=query, auth=auth)


def fields(entry):
    return {each["field"]: (each["before"], each["after"]) for each in entry["fields"]}


@pytest.fixture
def edited_course(client, owner, course):
    """`course`, with every kind of change in its draft."""
    client.patch(f"/courses/{course.id}", json={"title": "Astrology", "tags": ["stars"]}, auth=owner)
    client.patch(f"/lessons/{course.text.id}", json={"body": "New.", "completion": {"rule": "manual"}}, auth=owner)
    client.delete(f"/lessons/{course.preview.id}", auth=owner)
    make_lesson(owner, course.id, "Added")
    return course


def test_the_current_version_is_compared_with_the_draft(client, owner, edited_course):
    response = diff(client, edited_course, owner)

    assert (response.status_code, response.json["from"], response.json["to"]) == (200, 1, "draft")
    assert {each["field"]: each["after"] for each in response.json["course"]} == {
        "title": "Astrology",
        "tags": ["stars"],
    }
    assert [(each["title"], each["change"]) for each in response.json["lessons"]] == [
        ("Reading", "changed"),
        ("Added", "added"),
        ("Welcome", "removed"),
    ]
    assert set(fields(response.json["lessons"][0])) == {"body", "completion"}


def test_a_published_draft_has_the_same_diff(client, owner, edited_course):
    before = diff(client, edited_course, owner).json
    client.post(f"/courses/{edited_course.id}/publish", json={}, auth=owner)

    assert diff(client, edited_course, owner, **{"from": 1, "to": 2}).json == before | {"to": 2}
    assert diff(client, edited_course, owner).json["lessons"] == []


def test_a_backward_diff_shows_the_effect_of_restoring(client, owner, edited_course):
    response = diff(client, edited_course, owner, **{"from": "draft", "to": 1}).json

    assert {each["title"]: each["change"] for each in response["lessons"]} == {
        "Welcome": "added",
        "Reading": "changed",
        "Added": "removed",
    }
    client.post(f"/courses/{edited_course.id}/versions/1/restore", auth=owner)
    assert diff(client, edited_course, owner, **{"from": "draft", "to": 1}).json["lessons"] == []


def test_a_text_is_shown_by_size_and_in_full_on_request(client, owner, edited_course):
    everything = diff(client, edited_course, owner).json["lessons"][0]
    [alone] = diff(client, edited_course, owner, lesson_id=edited_course.text.id).json["lessons"]

    before, after = fields(everything)["body"]
    assert (before["characters"], after["characters"]) == (12, 4)
    assert before["digest"] != after["digest"]
    assert [side["text"] for side in fields(alone)["body"]] == ["Read *this*.", "New."]


def test_a_reverted_text_is_unchanged(client, owner, course):
    for body in ("New.", "Read *this*."):
        client.patch(f"/lessons/{course.text.id}", json={"body": body}, auth=owner)

    assert diff(client, course, owner).json["lessons"] == []


def test_a_replaced_video_is_shown_with_its_duration(client, owner, course):
    show_video(course, course.video, make_ready_video(duration=100.0))
    put_video(course.video, make_ready_video(duration=90.0))

    [lesson] = diff(client, course, owner).json["lessons"]

    assert (lesson["video_replaced"], lesson["kind"]) == (True, LessonKind.VIDEO)
    assert [side["duration"] for side in fields(lesson)["video"]] == [100.0, 90.0]


def test_conditions_are_compared(client, owner, course):
    [module] = client.get(f"/courses/{course.id}/draft", auth=owner).json["modules"]
    waits = {"lesson_id": course.text.id, "release": {"at": "2031-01-01T00:00:00Z"}}
    body = {"modules": [module | {"release": {"after_days": 3}, "conditions": [waits]}]}
    assert client.put(f"/courses/{course.id}/outline", json=body, auth=owner).status_code == 200

    found = diff(client, course, owner).json

    assert fields(found["modules"][0]) == {"release": (None, {"after_days": 3})}
    assert fields(found["lessons"][0]) == {"release": (None, {"at": "2031-01-01T00:00:00+00:00"})}


def test_everything_is_new_in_an_unpublished_course(client, owner, draft_course):
    response = diff(client, draft_course, owner).json

    assert (response["from"], response["counts"]["lessons_added"]) == (None, 3)


@pytest.mark.parametrize("query", [{"from": 9}, {"to": 9}, {"lesson_id": str(ObjectId())}])
def test_unknown_versions_are_not_found(client, owner, course, query):
    assert diff(client, course, owner, **query).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "0"),
        ("from", "first"),
        ("to", "-1"),
        ("to", "1e3"),
        ("to", "9" * 40),
        ("to", "\x00"),
        ("lesson_id", "x"),
    ],
)
def test_an_invalid_field_is_named(client, owner, course, field, value):
    assert field in invalid_fields(diff(client, course, owner, **{field: value}), "query")


def test_only_authors_can_compare_versions(client, admin, other_owner, learner, stranger, course):
    assert diff(client, course, admin).status_code == 200
    assert {diff(client, course, each).status_code for each in (other_owner, learner, stranger)} == {404}
    assert diff(client, course, None).status_code == 401


def test_an_unknown_course_is_not_found(client, owner):
    assert client.get(f"/courses/{ObjectId()}/versions/diff", auth=owner).status_code == 404


def test_the_response_has_the_documented_shape(client, owner, edited_course):
    response = diff(client, edited_course, owner).json

    assert DifferenceSchema().load(response)
    assert list(response) == [each.data_key or name for name, each in DifferenceSchema().fields.items()]


def test_a_diff_needs_few_queries(client, owner, course, queries):
    publishing.publish(course_id=course.id, published_by=owner.id)
    queries.clear()
    diff(client, course, owner, **{"from": 1, "to": 2})

    # The course as rules see it, then the versions.
    assert (queries.count("find"), queries.count("aggregate")) == (1, 2)
