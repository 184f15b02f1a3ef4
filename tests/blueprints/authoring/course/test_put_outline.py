from threading import Barrier, Thread

import pytest
from bson import ObjectId

from tests.factories import make_lesson


@pytest.fixture
def put(client, owner, draft_course):
    def put(modules, auth=owner, **headers):
        return client.put(f"/courses/{draft_course.id}/outline", json={"modules": modules}, auth=auth, headers=headers)

    return put


@pytest.fixture
def ids(draft_course):
    return [lesson.id for lesson in draft_course.lessons]


def test_lessons_are_ordered_in_modules(client, owner, put, ids, draft_course):
    response = put([{"title": "Start", "lesson_ids": [ids[2]]}, {"title": "End", "lesson_ids": [ids[1], ids[0]]}])

    assert response.status_code == 200
    assert [module["title"] for module in response.json["modules"]] == ["Start", "End"]
    shown = client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json
    assert [lesson["id"] for lesson in shown] == [ids[2], ids[1], ids[0]]
    assert [lesson["module"]["position"] for lesson in shown] == [1, 2, 2]


def test_a_module_keeps_its_id(put, ids):
    [module] = put([{"title": "One", "lesson_ids": ids}]).json["modules"]

    [again] = put([{"id": module["id"], "title": "Renamed", "lesson_ids": ids}]).json["modules"]

    none = {"prerequisites": [], "release": None, "conditions": []}
    assert again == {"id": module["id"], "title": "Renamed", "lesson_ids": ids, **none}


def test_a_module_may_be_empty(put, ids):
    assert put([{"title": "One", "lesson_ids": ids}, {"title": "Two", "lesson_ids": []}]).status_code == 200


def test_every_lesson_must_occur_exactly_once(put, ids):
    stranger = str(ObjectId())
    wrong = {
        "Missing": [ids[:2]],
        "Listed more than once": [[*ids, ids[0]]],
        "Not lessons of this course": [[*ids, stranger]],
    }

    for complaint, [lesson_ids] in wrong.items():
        response = put([{"title": "One", "lesson_ids": lesson_ids}])
        assert response.status_code == 422
        assert complaint in response.json["errors"]["json"]["modules"]["lesson_ids"][0]


def test_an_empty_outline_is_rejected_if_there_are_lessons(put):
    assert put([]).status_code == 422


def test_modules_must_belong_to_the_draft(put, ids):
    for module_ids in ([str(ObjectId())],):
        response = put([{"id": module_id, "title": "M", "lesson_ids": ids} for module_id in module_ids])
        assert "id" in response.json["errors"]["json"]["modules"]


def test_a_duplicate_module_is_rejected(put, ids):
    [module] = put([{"title": "One", "lesson_ids": ids}]).json["modules"]

    response = put(
        [{"id": module["id"], "title": "A", "lesson_ids": ids}, {"id": module["id"], "title": "B", "lesson_ids": []}]
    )

    assert response.status_code == 422


@pytest.mark.parametrize(
    "modules",
    [
        None,
        {},
        "x",
        [1],
        [{}],
        [{"title": "M"}],
        [{"title": "", "lesson_ids": []}],
        [{"title": "x" * 201, "lesson_ids": []}],
        [{"title": "M", "lesson_ids": "x"}],
        [{"title": "M", "lesson_ids": ["x"]}],
        [{"title": "M", "lesson_ids": [1]}],
        [{"title": "M", "lesson_ids": [], "id": "1"}],
        [{"title": "M", "lesson_ids": [], "id": None}],
        [{"title": "M", "lesson_ids": [], "position": 1}],
        [{"title": "M", "lesson_ids": []}] * 201,
    ],
)
def test_a_malformed_outline_is_rejected(put, modules):
    response = put(modules)

    assert response.status_code == 422
    assert "modules" in response.json["errors"]["json"]


def test_only_authors_can_change_the_outline(put, stranger, ids):
    assert put([{"title": "One", "lesson_ids": ids}], auth=stranger).status_code == 404


def test_it_honors_if_match(put, ids):
    modules = [{"title": "One", "lesson_ids": ids}]
    tag = put(modules).headers["ETag"]

    assert put(modules, **{"If-Match": tag}).status_code == 200
    assert put(modules, **{"If-Match": tag}).status_code == 412


def test_a_concurrent_outline_and_lesson_are_both_kept(app, client, owner, put, ids, draft_course):
    start, responses = Barrier(2), []

    def reorder():
        start.wait()
        responses.append(put([{"title": "One", "lesson_ids": ids[::-1]}]).status_code)

    def add():
        start.wait()
        with app.app_context():
            make_lesson(owner, draft_course.id, "Added")

    threads = [Thread(target=reorder), Thread(target=add)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    shown = client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json
    assert sorted(lesson["title"] for lesson in shown) == ["Added", "Reading", "Watching", "Welcome"]
    assert responses[0] in {200, 409, 422}


def test_one_of_two_outlines_with_the_same_etag_wins(client, owner, put, ids, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    start, responses = Barrier(2), []

    def order(lesson_ids):
        start.wait()
        responses.append(put([{"title": "One", "lesson_ids": lesson_ids}], **{"If-Match": tag}))

    threads = [Thread(target=order, args=[lesson_ids]) for lesson_ids in (ids, ids[::-1])]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(response.status_code for response in responses) == [200, 412]
    won = next(response for response in responses if response.status_code == 200)
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).json == won.json
