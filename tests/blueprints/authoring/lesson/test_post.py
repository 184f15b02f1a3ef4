from threading import Barrier, Thread

import pytest
from bson import ObjectId

from learnstream.documents import Course, Lesson
from learnstream.services.authoring import outlines
from tests.problems import invalid_fields


def post(client, course, auth, **body):
    return client.post(f"/courses/{course.id}/lessons", json={"title": "New", "kind": "text"} | body, auth=auth)


def outline(client, course, owner):
    return client.get(f"/courses/{course.id}/draft", auth=owner).json["modules"]


def test_a_lesson_is_added_to_the_draft(client, owner, draft_course):
    response = post(client, draft_course, owner, body="# Hi", summary="S", free_preview=True)

    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.json["course_id"] == draft_course.id
    assert client.get(response.headers["Location"], auth=owner).json == response.json


def test_a_lesson_is_appended_to_the_last_module(client, owner, draft_course):
    ids = [lesson.id for lesson in draft_course.lessons]
    modules = [{"title": "One", "lesson_ids": ids[:1]}, {"title": "Two", "lesson_ids": ids[1:]}]
    client.put(f"/courses/{draft_course.id}/outline", json={"modules": modules}, auth=owner)

    made = post(client, draft_course, owner).json["id"]

    assert outline(client, draft_course, owner)[1]["lesson_ids"][-1] == made


def test_a_lesson_is_appended_to_the_given_module(client, owner, draft_course):
    [module] = outline(client, draft_course, owner)
    ids = module["lesson_ids"]
    modules = [{"id": module["id"], "title": "One", "lesson_ids": ids}, {"title": "Two", "lesson_ids": []}]
    client.put(f"/courses/{draft_course.id}/outline", json={"modules": modules}, auth=owner)

    made = post(client, draft_course, owner, module_id=module["id"]).json["id"]

    assert outline(client, draft_course, owner)[0]["lesson_ids"] == [*ids, made]


def test_an_unknown_module_is_named(client, owner, draft_course):
    response = post(client, draft_course, owner, module_id=str(ObjectId()))

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["module_id"])
    assert Lesson.collection().count_documents({}) == 3


def test_the_first_lesson_creates_a_module(client, owner):
    course = client.post("/courses", json={"title": "Empty"}, auth=owner).json
    made = client.post(f"/courses/{course['id']}/lessons", json={"title": "L", "kind": "video"}, auth=owner).json

    [module] = client.get(f"/courses/{course['id']}/draft", auth=owner).json["modules"]
    assert (module["title"], module["lesson_ids"]) == ("Module 1", [made["id"]])


def test_an_added_lesson_is_not_public(client, owner, course):
    post(client, course, owner)

    assert len(client.get(f"/courses/{course.id}/lessons").json) == 3


def test_a_course_has_at_most_five_hundred_lessons(client, owner, draft_course):
    full = [{"id": str(ObjectId()), "title": "M", "lesson_ids": [ObjectId() for _ in range(outlines.MAX_LESSONS)]}]
    Course.collection().update_one({}, {"$set": {"modules": full}})

    response = post(client, draft_course, owner)

    assert (response.status_code, response.json["code"]) == (409, "too_many_lessons")
    assert Lesson.collection().count_documents({}) == 3


def test_lessons_added_concurrently_are_all_stored(app, client, owner, draft_course):
    start, responses = Barrier(8), []

    def add(number):
        start.wait()
        responses.append(post(app.test_client(), draft_course, owner, title=f"L{number}").status_code)

    threads = [Thread(target=add, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert responses == [201] * 8
    assert len(client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json) == 11


def test_a_repeated_request_with_a_key_adds_one_lesson(client, owner, draft_course):
    for _ in range(2):
        client.post(
            f"/courses/{draft_course.id}/lessons",
            json={"title": "L", "kind": "text"},
            auth=owner,
            headers={"Idempotency-Key": "k"},
        )

    assert Lesson.collection().count_documents({}) == 4


def test_only_authors_can_add_lessons(client, stranger, learner, admin, course, draft_course):
    assert post(client, draft_course, stranger).status_code == 404
    assert post(client, course, learner).json["code"] == "not_your_course"
    assert post(client, draft_course, admin).status_code == 201


def test_a_body_of_the_maximum_length_is_stored_unchanged(client, owner, draft_course):
    body = "é\n<b>\t" * 33_333

    made = post(client, draft_course, owner, body=body)

    assert made.json["body"] == body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", None),
        ("title", 1),
        ("title", "x" * 201),
        ("title", "\x00"),
        ("kind", "audio"),
        ("kind", None),
        ("kind", 1),
        ("body", "x" * 200_001),
        ("body", "\x00"),
        ("body", {}),
        ("summary", "x" * 501),
        ("free_preview", "yes"),
        ("free_preview", None),
        ("free_preview", 1),
        ("module_id", "x"),
        ("module_id", 1),
        ("video_id", "6560f3a2c1d4e5f6a7b8c9d0"),
        ("course_id", "6560f3a2c1d4e5f6a7b8c9d0"),
    ],
)
def test_an_invalid_field_is_named(client, owner, draft_course, field, value):
    assert field in invalid_fields(post(client, draft_course, owner, **{field: value}))


def test_title_and_kind_are_required(client, owner, draft_course):
    response = client.post(f"/courses/{draft_course.id}/lessons", json={}, auth=owner)

    assert response.json["errors"]["json"].keys() == {"title", "kind"}


def test_a_lesson_can_have_a_completion_rule(client, owner, draft_course):
    chosen = {"rule": "watched", "threshold": 0.5}

    response = post(client, draft_course, owner, kind="video", completion=chosen)

    assert response.json["completion"] == chosen
    assert post(client, draft_course, owner, kind="video").json["completion"] == {"rule": "watched", "threshold": 0.9}
    assert post(client, draft_course, owner).json["completion"] == {"rule": "opened", "threshold": None}


@pytest.mark.parametrize(
    ("completion", "named"),
    [
        ({"rule": "opened"}, "rule"),
        ({"rule": "finished"}, "rule"),
        ({}, "rule"),
        ({"rule": "watched", "threshold": 0}, "threshold"),
        ({"rule": "watched", "threshold": 1.1}, "threshold"),
        ({"rule": "watched", "threshold": "0.5"}, "threshold"),
        ({"rule": "watched", "threshold": True}, "threshold"),
        ({"rule": "manual", "threshold": 0.5}, "threshold"),
    ],
)
def test_an_invalid_completion_rule_is_named(client, owner, draft_course, completion, named):
    response = post(client, draft_course, owner, kind="video", completion=completion)

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]["completion"]) == [named]
