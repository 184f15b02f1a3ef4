"""Prerequisites and release conditions of lessons, as authors set them in the outline."""

import pytest
from bson import ObjectId

from learnstream.documents import Course
from tests.factories import make_lesson

NONE = {"prerequisites": [], "release": None}


@pytest.fixture
def ids(draft_course):
    return [lesson.id for lesson in draft_course.lessons]


@pytest.fixture
def put(client, owner, draft_course):
    def put(*modules):
        return client.put(f"/courses/{draft_course.id}/outline", json={"modules": list(modules)}, auth=owner)

    return put


@pytest.fixture
def two(put, ids):
    """Two modules: the second waits for the first, and its second lesson for its first."""
    [one] = put({"title": "One", "lesson_ids": ids}).json["modules"]
    last = {"lesson_id": ids[2], "prerequisites": [ids[1]], "release": {"after_days": 7}}
    response = put(
        {"id": one["id"], "title": "One", "lesson_ids": ids[:1], "release": {"at": "2030-01-01T10:00:00+02:00"}},
        {"title": "Two", "lesson_ids": ids[1:], "prerequisites": [one["id"]], "conditions": [last]},
    )
    assert response.status_code == 200
    return response.json["modules"]


def draft(client, owner, course):
    return client.get(f"/courses/{course.id}/draft", auth=owner).json["modules"]


def test_an_outline_stores_conditions_of_modules_and_lessons(client, owner, draft_course, two, ids):
    one, other = draft(client, owner, draft_course)

    assert one["release"] == {"at": "2030-01-01T08:00:00+00:00"}
    assert (other["prerequisites"], other["release"]) == ([one["id"]], None)
    assert other["conditions"] == [{"lesson_id": ids[2], "prerequisites": [ids[1]], "release": {"after_days": 7}}]


def test_a_read_outline_can_be_written_unchanged(two, put):
    assert put(*two).json["modules"] == two


def test_omitted_conditions_are_removed(two, put):
    bare = [{name: module[name] for name in ("id", "title", "lesson_ids")} for module in two]

    assert [module | NONE | {"conditions": []} for module in bare] == put(*bare).json["modules"]


def test_lessons_without_conditions_are_not_listed(put, ids):
    conditions = [{"lesson_id": ids[0], **NONE}, {"lesson_id": ids[1], "prerequisites": [ids[0], ids[0]]}]

    [module] = put({"title": "One", "lesson_ids": ids, "conditions": conditions}).json["modules"]

    assert module["conditions"] == [{"lesson_id": ids[1], "prerequisites": [ids[0]], "release": None}]


def test_deleting_a_lesson_removes_it_from_prerequisites(client, owner, draft_course, two, ids):
    client.delete(f"/lessons/{ids[1]}", auth=owner)

    _, other = draft(client, owner, draft_course)

    assert (other["lesson_ids"], other["prerequisites"]) == ([ids[2]], [two[0]["id"]])
    assert other["conditions"] == [{"lesson_id": ids[2], "prerequisites": [], "release": {"after_days": 7}}]
    client.delete(f"/lessons/{ids[2]}", auth=owner)
    assert draft(client, owner, draft_course)[1]["conditions"] == []


def test_a_lesson_may_be_deleted_from_a_module_without_conditions(client, owner, draft_course, ids):
    client.delete(f"/lessons/{ids[1]}", auth=owner)

    [module] = draft(client, owner, draft_course)
    assert module["lesson_ids"] == [ids[0], ids[2]]


def test_adding_a_lesson_changes_no_conditions(client, owner, draft_course, two):
    added = make_lesson(owner, draft_course.id)

    one, other = draft(client, owner, draft_course)
    assert one == two[0]
    assert other == two[1] | {"lesson_ids": [*two[1]["lesson_ids"], added.id]}


def test_restoring_a_version_restores_its_conditions(client, owner, draft_course, two, put, ids):
    client.post(f"/courses/{draft_course.id}/publish", json={}, auth=owner)
    put({"title": "All", "lesson_ids": ids})

    client.post(f"/courses/{draft_course.id}/versions/1/restore", auth=owner)

    assert draft(client, owner, draft_course) == two


def test_a_prerequisite_outside_the_outline_is_rejected(put, ids):
    strange = str(ObjectId())

    for module in ({"prerequisites": [strange]}, {"conditions": [{"lesson_id": ids[0], "prerequisites": [strange]}]}):
        response = put({"title": "One", "lesson_ids": ids, **module})
        assert response.status_code == 422
        assert response.json["errors"]["json"]["modules"]["prerequisites"] == [f"Not in this outline: {strange}."]


def test_an_omitted_module_cannot_be_a_prerequisite(two, put, ids):
    response = put({"id": two[1]["id"], "title": "All", "lesson_ids": ids, "prerequisites": [two[0]["id"]]})

    assert two[0]["id"] in response.json["errors"]["json"]["modules"]["prerequisites"][0]


def test_conditions_of_a_lesson_belong_to_its_module_once(put, ids):
    entry = {"lesson_id": ids[2], "release": {"after_days": 1}}
    elsewhere = put({"title": "A", "lesson_ids": ids[:2], "conditions": [entry]}, {"title": "B", "lesson_ids": ids[2:]})
    twice = put({"title": "A", "lesson_ids": ids, "conditions": [entry, entry]})

    for response in (elsewhere, twice):
        assert response.status_code == 422
        assert ids[2] in response.json["errors"]["json"]["modules"]["conditions"][0]


def circle_of(response):
    assert (response.status_code, response.json["code"]) == (422, "prerequisite_circle")
    [message] = response.json["errors"]["json"]["modules"]["prerequisites"]
    assert all(name in message for name in response.json["circle"])
    return response.json["circle"]


def waits(lesson_id, *prerequisites):
    return {"lesson_id": lesson_id, "prerequisites": list(prerequisites)}


def test_a_lesson_cannot_require_itself(put, ids):
    response = put({"title": "One", "lesson_ids": ids, "conditions": [waits(ids[0], ids[0])]})

    assert circle_of(response) == [ids[0]]


def test_lessons_cannot_require_each_other(put, ids):
    around = [waits(ids[0], ids[1]), waits(ids[1], ids[2]), waits(ids[2], ids[0])]

    circle = circle_of(put({"title": "One", "lesson_ids": ids, "conditions": around}))

    # Each needs the one that is named after it.
    assert circle in ([*ids], [ids[1], ids[2], ids[0]], [ids[2], ids[0], ids[1]])


def test_modules_cannot_require_each_other(two, put):
    one, other = two

    assert set(circle_of(put(one | {"prerequisites": [other["id"]]}, other))) >= {one["id"], other["id"]}


def test_a_lesson_cannot_require_its_own_module(two, put):
    one, other = two
    lesson_id = other["lesson_ids"][0]

    assert set(circle_of(put(one, other | {"conditions": [waits(lesson_id, other["id"])]}))) == {lesson_id, other["id"]}


def test_a_lesson_cannot_require_a_lesson_that_it_unlocks(two, put, ids):
    one, other = two

    circle = circle_of(put(one | {"conditions": [waits(ids[0], ids[2])]}, other))

    assert set(circle) >= {ids[0], ids[2], one["id"]}


def test_two_paths_to_the_same_lesson_are_not_a_cycle(put, ids):
    diamond = [waits(ids[1], ids[0]), waits(ids[2], ids[0], ids[1])]

    assert put({"title": "One", "lesson_ids": ids, "conditions": diamond}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"prerequisites": None},
        {"prerequisites": ["x"]},
        {"prerequisites": ["0" * 24] * 51},
        {"release": {}},
        {"release": {"at": "2030-01-01T00:00:00Z", "after_days": 1}},
        {"release": {"at": "2030-01-01T00:00:00"}},
        {"release": {"at": "0001-01-01T00:00:00+14:00"}},
        {"release": {"at": None}},
        {"release": {"after_days": -1}},
        {"release": {"after_days": 3651}},
        {"release": {"after_days": 10**40}},
        {"release": {"after_days": 1.5}},
        {"release": {"after_days": True}},
        {"release": {"days": 1}},
        {"release": "tomorrow"},
        {"conditions": None},
        {"conditions": [{"prerequisites": []}]},
        {"conditions": [{"lesson_id": "\x00"}]},
        {"conditions": [{"lesson_id": "0" * 24, "order": 1}]},
    ],
)
def test_malformed_conditions_are_rejected(put, ids, wrong):
    response = put({"title": "One", "lesson_ids": ids, **wrong})

    assert response.status_code == 422
    assert "modules" in response.json["errors"]["json"]


def test_a_course_of_the_maximum_size_is_checked_quickly(client, owner, put, draft_course):
    chain = [ObjectId() for _ in range(500)]
    one = {"id": str(ObjectId()), "title": "One", "lesson_ids": chain}
    Course.collection().update_one({"_id": ObjectId(draft_course.id)}, {"$set": {"modules": [one]}})
    names = [str(each) for each in chain]
    entries = [waits(name, *names[max(0, at - 50) : at]) for at, name in enumerate(names)]

    module = {"title": "One", "lesson_ids": names, "conditions": entries}

    assert put(module).status_code == 200
    assert names[0] in circle_of(put(module | {"conditions": [waits(names[0], names[499]), *entries[1:]]}))
