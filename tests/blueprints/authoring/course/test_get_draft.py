from bson import ObjectId


def test_its_authors_read_the_draft(client, owner, admin, draft_course):
    answer = client.get(f"/courses/{draft_course.id}/draft", auth=owner)

    assert answer.status_code == 200
    assert answer.json["modules"][0]["lesson_ids"] == [lesson.id for lesson in draft_course.lessons]
    assert client.get(f"/courses/{draft_course.id}/draft", auth=admin).json == answer.json


def test_its_etag_changes_with_it(client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    changed = client.patch(f"/courses/{draft_course.id}", json={"title": "B"}, auth=owner).headers["ETag"]

    assert changed != tag
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"] == changed


def test_to_everybody_else_it_does_not_exist(client, stranger, course):
    assert client.get(f"/courses/{course.id}/draft", auth=stranger).status_code == 404


def test_an_unknown_course_has_none(client, owner):
    assert client.get(f"/courses/{ObjectId()}/draft", auth=owner).status_code == 404


def test_a_learner_does_not_see_it(client, course, learner):
    assert client.get(f"/courses/{course.id}/draft", auth=learner).status_code == 404
