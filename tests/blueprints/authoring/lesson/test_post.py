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
    answer = post(client, draft_course, owner, body="# Hi", summary="S", free_preview=True)

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["course_id"] == draft_course.id
    assert client.get(answer.headers["Location"], auth=owner).json == answer.json


def test_it_goes_to_the_end_of_the_last_module(client, owner, draft_course):
    ids = [lesson.id for lesson in draft_course.lessons]
    modules = [{"title": "One", "lesson_ids": ids[:1]}, {"title": "Two", "lesson_ids": ids[1:]}]
    client.put(f"/courses/{draft_course.id}/outline", json={"modules": modules}, auth=owner)

    made = post(client, draft_course, owner).json["id"]

    assert outline(client, draft_course, owner)[1]["lesson_ids"][-1] == made


def test_or_of_the_module_that_is_named(client, owner, draft_course):
    [module] = outline(client, draft_course, owner)
    ids = module["lesson_ids"]
    modules = [{"id": module["id"], "title": "One", "lesson_ids": ids}, {"title": "Two", "lesson_ids": []}]
    client.put(f"/courses/{draft_course.id}/outline", json={"modules": modules}, auth=owner)

    made = post(client, draft_course, owner, module_id=module["id"]).json["id"]

    assert outline(client, draft_course, owner)[0]["lesson_ids"] == [*ids, made]


def test_an_unknown_module_is_named(client, owner, draft_course):
    answer = post(client, draft_course, owner, module_id=str(ObjectId()))

    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["module_id"])
    assert Lesson.collection().count_documents({}) == 3


def test_the_first_lesson_makes_a_module(client, owner):
    course = client.post("/courses", json={"title": "Empty"}, auth=owner).json
    made = client.post(f"/courses/{course['id']}/lessons", json={"title": "L", "kind": "video"}, auth=owner).json

    [module] = client.get(f"/courses/{course['id']}/draft", auth=owner).json["modules"]
    assert (module["title"], module["lesson_ids"]) == ("Module 1", [made["id"]])


def test_others_do_not_see_it_yet(client, owner, course):
    post(client, course, owner)

    assert len(client.get(f"/courses/{course.id}/lessons").json) == 3


def test_a_course_is_full_at_five_hundred(client, owner, draft_course):
    full = [{"id": str(ObjectId()), "title": "M", "lesson_ids": [ObjectId() for _ in range(outlines.MAX_LESSONS)]}]
    Course.collection().update_one({}, {"$set": {"modules": full}})

    answer = post(client, draft_course, owner)

    assert (answer.status_code, answer.json["code"]) == (409, "too_many_lessons")
    assert Lesson.collection().count_documents({}) == 3


def test_lessons_added_at_once_are_all_there(app, client, owner, draft_course):
    start, answers = Barrier(8), []

    def add(number):
        start.wait()
        answers.append(post(app.test_client(), draft_course, owner, title=f"L{number}").status_code)

    threads = [Thread(target=add, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert answers == [201] * 8
    assert len(client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json) == 11


def test_repeating_it_with_a_key_adds_one(client, owner, draft_course):
    for _ in range(2):
        client.post(
            f"/courses/{draft_course.id}/lessons",
            json={"title": "L", "kind": "text"},
            auth=owner,
            headers={"Idempotency-Key": "k"},
        )

    assert Lesson.collection().count_documents({}) == 4


def test_nobody_but_its_authors_adds(client, stranger, learner, admin, course, draft_course):
    assert post(client, draft_course, stranger).status_code == 404
    assert post(client, course, learner).json["code"] == "not_your_course"
    assert post(client, draft_course, admin).status_code == 201


def test_a_body_of_the_greatest_length_is_kept_as_it_is(client, owner, draft_course):
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
def test_a_bad_field_is_named(client, owner, draft_course, field, value):
    assert field in invalid_fields(post(client, draft_course, owner, **{field: value}))


def test_title_and_kind_are_needed(client, owner, draft_course):
    answer = client.post(f"/courses/{draft_course.id}/lessons", json={}, auth=owner)

    assert answer.json["errors"]["json"].keys() == {"title", "kind"}


def test_its_author_says_what_completes_it(client, owner, draft_course):
    chosen = {"rule": "watched", "threshold": 0.5}

    answer = post(client, draft_course, owner, kind="video", completion=chosen)

    assert answer.json["completion"] == chosen
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
def test_a_completion_that_makes_no_sense_is_named(client, owner, draft_course, completion, named):
    answer = post(client, draft_course, owner, kind="video", completion=completion)

    assert answer.status_code == 422
    assert list(answer.json["errors"]["json"]["completion"]) == [named]
