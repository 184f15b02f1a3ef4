from threading import Barrier, Thread

import pytest
from bson import ObjectId

from learnstream.documents import Lesson
from tests.factories import make_course, make_lesson


def patch(client, lesson, auth, headers=None, **body):
    return client.patch(f"/lessons/{lesson.id}", json=body, auth=auth, headers=headers)


def draft(client, lesson, auth):
    return client.get(f"/lessons/{lesson.id}?draft=true", auth=auth)


@pytest.mark.parametrize(
    ("field", "value"), [("title", "T"), ("summary", "S"), ("body", ""), ("body", "New."), ("free_preview", True)]
)
def test_fields_are_changed_independently(client, owner, draft_course, field, value):
    before = draft(client, draft_course.text, owner).json

    after = patch(client, draft_course.text, owner, **{field: value}).json

    assert after[field] == value
    assert {name for name in after if after[name] != before[name]} <= {field, "updated_at"}
    assert draft(client, draft_course.text, owner).json == after


def test_only_authors_can_change_a_lesson(client, stranger, learner, admin, course, draft_course):
    assert patch(client, draft_course.text, stranger, title="X").status_code == 404
    assert patch(client, course.text, learner, title="X").json["code"] == "not_your_course"
    assert patch(client, draft_course.text, admin, title="X").status_code == 200


def test_an_unknown_lesson_is_not_found(client, owner):
    assert client.patch(f"/lessons/{ObjectId()}", json={"title": "X"}, auth=owner).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", None),
        ("body", 1),
        ("body", "x" * 200_001),
        ("summary", "\x00"),
        ("free_preview", "true"),
        ("kind", "video"),
        ("video_id", "6560f3a2c1d4e5f6a7b8c9d0"),
        ("module_id", "6560f3a2c1d4e5f6a7b8c9d0"),
        ("course_id", "x"),
        ("deleted_at", None),
    ],
)
def test_an_invalid_field_is_named(client, owner, draft_course, field, value):
    response = patch(client, draft_course.text, owner, **{field: value})

    assert response.status_code == 422
    assert field in response.json["errors"]["json"]


def test_an_empty_change_changes_nothing(client, owner, draft_course):
    assert patch(client, draft_course.text, owner).status_code == 422


def test_a_change_honors_if_match(client, owner, draft_course):
    tag = draft(client, draft_course.text, owner).headers["ETag"]
    first, second = (patch(client, draft_course.text, owner, {"If-Match": tag}, title=title) for title in "AB")

    assert (first.status_code, second.status_code) == (200, 412)
    assert draft(client, draft_course.text, owner).json["title"] == "A"


def test_no_concurrent_change_is_lost_silently(app, client, owner, draft_course):
    start, responses = Barrier(6), []

    def change(number):
        start.wait()
        responses.append(patch(app.test_client(), draft_course.text, owner, title=f"T{number}"))

    threads = [Thread(target=change, args=[number]) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    won = [response for response in responses if response.status_code == 200]
    assert {response.status_code for response in responses} <= {200, 409}
    assert draft(client, draft_course.text, owner).headers["ETag"] == f'"{1 + len(won)}"'


def test_an_administrator_attaches_a_lesson_to_a_course(client, owner, admin, draft_course):
    lesson = make_lesson(admin, None, "Uploaded")

    response = patch(client, lesson, admin, course_id=draft_course.id, title="Named")

    assert (response.json["course_id"], response.json["title"]) == (draft_course.id, "Named")
    shown = client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json
    assert shown[-1]["id"] == lesson.id


def test_a_lesson_can_be_attached_to_a_module(client, owner, admin, draft_course):
    lesson = make_lesson(admin, None)
    [module] = client.get(f"/courses/{draft_course.id}/draft", auth=owner).json["modules"]

    assert patch(client, lesson, admin, course_id=draft_course.id, module_id=module["id"]).status_code == 200
    response = patch(client, make_lesson(admin, None), admin, course_id=draft_course.id, module_id=str(ObjectId()))
    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["module_id"])


def test_a_lesson_can_be_attached_once(client, owner, admin, draft_course):
    lesson, other = make_lesson(admin, None), make_course(owner, published=False)
    patch(client, lesson, admin, course_id=draft_course.id)

    again = patch(client, lesson, admin, course_id=draft_course.id)
    elsewhere = patch(client, lesson, admin, course_id=other.id)

    assert again.status_code == 200
    assert (elsewhere.status_code, elsewhere.json["code"]) == (409, "already_attached")
    assert len(client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json) == 4


def test_a_lesson_attached_concurrently_goes_to_one_course(app, client, owner, admin):
    lesson, courses = make_lesson(admin, None), [make_course(owner, published=False) for _ in range(2)]
    start, responses = Barrier(2), []

    def attach(course):
        start.wait()
        responses.append(patch(app.test_client(), lesson, admin, course_id=course.id).status_code)

    threads = [Thread(target=attach, args=[course]) for course in courses]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    outlines = [client.get(f"/courses/{course.id}/draft", auth=owner).json["modules"] for course in courses]
    assert sorted(lesson.id in module["lesson_ids"] for [module] in outlines) == [False, True]
    assert sorted(responses) == [200, 409]


def test_an_instructor_cannot_attach_a_lesson(client, owner, admin, draft_course):
    detached = make_lesson(admin, None)

    assert patch(client, detached, owner, course_id=draft_course.id).status_code == 404
    assert patch(client, draft_course.text, owner, course_id=draft_course.id).json["code"] == "admins_only"


def test_a_lesson_cannot_be_attached_to_an_unknown_course(client, admin):
    lesson = make_lesson(admin, None)

    assert patch(client, lesson, admin, course_id=str(ObjectId())).status_code == 404
    assert Lesson.collection().find_one()["course_id"] is None


def test_a_completion_rule_is_published_with_the_lesson(client, owner, course):
    patch(client, course.text, owner, completion={"rule": "manual"})
    published = client.get(f"/lessons/{course.text.id}", auth=owner).json["completion"]
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert published == {"rule": "opened", "threshold": None}
    for path in (f"/lessons/{course.text.id}", f"/lessons/{course.text.id}?draft=true"):
        assert client.get(path, auth=owner).json["completion"] == {"rule": "manual", "threshold": None}
    assert patch(client, course.text, owner, completion=None).json["completion"]["rule"] == "opened"


def test_a_completion_rule_of_another_kind_is_rejected(client, owner, draft_course):
    response = patch(client, draft_course.text, owner, completion={"rule": "watched"})

    assert (response.status_code, list(response.json["errors"]["json"]["completion"])) == (422, ["rule"])
