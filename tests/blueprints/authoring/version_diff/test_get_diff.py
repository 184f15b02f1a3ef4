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
def edited(client, owner, course):
    """`course`, whose draft has moved on in every way there is."""
    client.patch(f"/courses/{course.id}", json={"title": "Astrology", "tags": ["stars"]}, auth=owner)
    client.patch(f"/lessons/{course.text.id}", json={"body": "New.", "completion": {"rule": "manual"}}, auth=owner)
    client.delete(f"/lessons/{course.preview.id}", auth=owner)
    make_lesson(owner, course.id, "Added")
    return course


def test_the_current_version_is_compared_with_the_draft(client, owner, edited):
    answer = diff(client, edited, owner)

    assert (answer.status_code, answer.json["from"], answer.json["to"]) == (200, 1, "draft")
    assert {each["field"]: each["after"] for each in answer.json["course"]} == {"title": "Astrology", "tags": ["stars"]}
    assert [(each["title"], each["change"]) for each in answer.json["lessons"]] == [
        ("Reading", "changed"),
        ("Added", "added"),
        ("Welcome", "removed"),
    ]
    assert set(fields(answer.json["lessons"][0])) == {"body", "completion"}


def test_published_it_differs_in_the_same_way(client, owner, edited):
    before = diff(client, edited, owner).json
    client.post(f"/courses/{edited.id}/publish", json={}, auth=owner)

    assert diff(client, edited, owner, **{"from": 1, "to": 2}).json == before | {"to": 2}
    assert diff(client, edited, owner).json["lessons"] == []


def test_backwards_it_shows_what_restoring_would_do(client, owner, edited):
    answer = diff(client, edited, owner, **{"from": "draft", "to": 1}).json

    assert {each["title"]: each["change"] for each in answer["lessons"]} == {
        "Welcome": "added",
        "Reading": "changed",
        "Added": "removed",
    }
    client.post(f"/courses/{edited.id}/versions/1/restore", auth=owner)
    assert diff(client, edited, owner, **{"from": "draft", "to": 1}).json["lessons"] == []


def test_a_text_is_told_by_its_size_and_shown_whole_on_demand(client, owner, edited):
    everything = diff(client, edited, owner).json["lessons"][0]
    [alone] = diff(client, edited, owner, lesson_id=edited.text.id).json["lessons"]

    before, after = fields(everything)["body"]
    assert (before["characters"], after["characters"]) == (12, 4)
    assert before["digest"] != after["digest"]
    assert [side["text"] for side in fields(alone)["body"]] == ["Read *this*.", "New."]


def test_a_text_that_was_changed_and_changed_back_is_the_same(client, owner, course):
    for body in ("New.", "Read *this*."):
        client.patch(f"/lessons/{course.text.id}", json={"body": body}, auth=owner)

    assert diff(client, course, owner).json["lessons"] == []


def test_a_video_that_was_replaced_is_shown_with_its_length(client, owner, course):
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


def test_to_a_course_that_was_never_published_everything_is_new(client, owner, draft_course):
    answer = diff(client, draft_course, owner).json

    assert (answer["from"], answer["counts"]["lessons_added"]) == (None, 3)


@pytest.mark.parametrize("query", [{"from": 9}, {"to": 9}, {"lesson_id": str(ObjectId())}])
def test_what_there_is_not_is_not_found(client, owner, course, query):
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
def test_a_bad_field_is_named(client, owner, course, field, value):
    assert field in invalid_fields(diff(client, course, owner, **{field: value}), "query")


def test_only_its_authors_compare(client, admin, other_owner, learner, stranger, course):
    assert diff(client, course, admin).status_code == 200
    assert {diff(client, course, each).status_code for each in (other_owner, learner, stranger)} == {404}
    assert diff(client, course, None).status_code == 401


def test_an_unknown_course_is_not_found(client, owner):
    assert client.get(f"/courses/{ObjectId()}/versions/diff", auth=owner).status_code == 404


def test_the_answer_has_the_documented_shape(client, owner, edited):
    answer = diff(client, edited, owner).json

    assert DifferenceSchema().load(answer)
    assert list(answer) == [each.data_key or name for name, each in DifferenceSchema().fields.items()]


def test_any_two_versions_take_a_handful_of_queries(client, owner, course, queries):
    publishing.publish(course_id=course.id, published_by=owner.id)
    queries.clear()
    diff(client, course, owner, **{"from": 1, "to": 2})

    # The course as rules see it, then the versions.
    assert (queries.count("find"), queries.count("aggregate")) == (1, 2)
