import pytest
from bson import ObjectId

from tests.blueprints.authoring.grading.test_get import DEFAULTS, whole
from tests.problems import invalid_fields, outcome


def put(client, course, auth, headers=None, **settings):
    return client.put(f"/courses/{course.id}/grading", json=settings, auth=auth, headers=headers)


def category(**fields):
    return {"id": "tests", "title": "Tests", "weight": 1, **fields}


def errors_of(response, field):
    assert response.status_code == 422
    return response.json["errors"]["json"][field]


def test_the_whole_settings_are_replaced_and_read_back(client, owner, graded):
    course, lessons = graded

    response = put(client, course, owner, **whole(lessons))

    assert (response.status_code, response.json) == (200, whole(lessons))
    assert client.get(f"/courses/{course.id}/grading", auth=owner).json == whole(lessons)
    assert put(client, course, owner).json == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("missing", "forgive"),
        ("missing", None),
        ("pass_fraction", 1.01),
        ("pass_fraction", -0.1),
        ("pass_fraction", "0.5"),
        ("pass_fraction", 0.33333),
        ("decimals", 5),
        ("decimals", 1.0001),
        ("decimals", True),
        ("categories", [category(), category()]),
        ("categories", [category(weight=0), category(id="more", weight=0)]),
        ("categories", [category(weight=-1)]),
        ("categories", [category(weight=True)]),
        ("categories", [category(weight=10**30)]),
        ("categories", [category(id="a b")]),
        ("categories", [category(id="x\n")]),
        ("categories", [category(id="\x00")]),
        ("categories", [category(title=" ")]),
        ("categories", [category(drop_lowest=-1)]),
        ("categories", [category(drop_lowest=1)]),
        ("categories", [category(surprise=1)]),
        ("scale", [{"label": "B", "from": 0.8}, {"label": "A", "from": 0.9}]),
        ("scale", [{"label": "B", "from": 0.8}, {"label": "A", "from": 0.8}]),
        ("scale", [{"label": "A", "from": 0.9}, {"label": "A", "from": 0.8}]),
        ("scale", [{"label": "A"}]),
        ("lessons", {"f" * 24: {}}),
        ("lessons", {"nonsense": {}}),
        ("lessons", {"f" * 24: {"extra_credit": "yes"}}),
        ("lessons", []),
        ("surprise", 1),
    ],
)
def test_invalid_settings_are_named(client, owner, graded, field, value):
    course, _ = graded

    assert invalid_fields(put(client, course, owner, **{field: value})) == [field]


def test_lessons_must_be_graded_and_in_a_category_of_the_settings(client, owner, graded):
    course, lessons = graded
    text = course.lessons[0].id

    unknown = put(client, course, owner, lessons={text: {}, str(ObjectId()): {}, lessons[0]: {}})
    elsewhere = put(client, course, owner, lessons={lessons[0]: {"category_id": "tests"}})

    assert text in errors_of(unknown, "lessons")
    assert len(errors_of(unknown, "lessons")) == 2
    assert errors_of(elsewhere, "lessons") == {lessons[0]: {"category_id": ["Not a category of these settings."]}}


def test_one_result_of_a_category_must_count(client, owner, graded):
    course, lessons = graded
    inside = {each: {"category_id": "tests"} for each in lessons}
    extra = {**inside, lessons[1]: {"category_id": "tests", "extra_credit": True}}

    assert put(client, course, owner, categories=[category(drop_lowest=1)], lessons=inside).status_code == 200
    too_many = put(client, course, owner, categories=[category(drop_lowest=2)], lessons=inside)
    assert list(errors_of(too_many, "categories")) == ["0"]
    without = put(client, course, owner, categories=[category(drop_lowest=1)], lessons=extra)
    assert list(errors_of(without, "categories")) == ["0"]


def test_settings_change_only_the_draft_that_was_read(client, owner, graded):
    course, _ = graded
    seen = client.get(f"/courses/{course.id}/draft", auth=owner).headers["ETag"]
    changed = put(client, course, owner, headers={"If-Match": seen}, decimals=2)

    assert outcome(put(client, course, owner, headers={"If-Match": seen}, decimals=3)) == (412, "precondition_failed")
    assert client.get(f"/courses/{course.id}/draft", auth=owner).headers["ETag"] == changed.headers["ETag"] != seen
    assert client.get(f"/courses/{course.id}/grading", auth=owner).json["decimals"] == 2


def test_publishing_compares_keeps_and_restores_the_settings(client, owner, graded):
    course, lessons = graded
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    put(client, course, owner, **whole(lessons))

    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json["changes"]["course"]
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    put(client, course, owner)
    diff = client.get(f"/courses/{course.id}/versions/diff", auth=owner).json["course"]
    client.post(f"/courses/{course.id}/versions/2/restore", json={}, auth=owner)

    assert preview == [{"field": "grading", "before": None, "after": whole(lessons)}]
    assert diff == [{"field": "grading", "before": whole(lessons), "after": DEFAULTS}]
    assert client.get(f"/courses/{course.id}/grading", auth=owner).json == whole(lessons)
    client.post(f"/courses/{course.id}/versions/1/restore", json={}, auth=owner)
    assert client.get(f"/courses/{course.id}/grading", auth=owner).json == DEFAULTS


def test_a_lesson_that_was_removed_since_is_not_in_the_way(client, owner, graded):
    course, lessons = graded
    put(client, course, owner, **whole(lessons))
    client.delete(f"/lessons/{lessons[0]}", auth=owner)

    published = client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert published.status_code == 201
    assert list(client.get(f"/courses/{course.id}/grading", auth=owner).json["lessons"]) == [lessons[1]]
