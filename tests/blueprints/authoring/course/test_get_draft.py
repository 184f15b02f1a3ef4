from bson import ObjectId


def test_authors_read_the_draft(client, owner, admin, draft_course):
    response = client.get(f"/courses/{draft_course.id}/draft", auth=owner)

    assert response.status_code == 200
    assert response.json["modules"][0]["lesson_ids"] == [lesson.id for lesson in draft_course.lessons]
    assert client.get(f"/courses/{draft_course.id}/draft", auth=admin).json == response.json


def test_the_etag_changes_with_the_draft(client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    changed = client.patch(f"/courses/{draft_course.id}", json={"title": "B"}, auth=owner).headers["ETag"]

    assert changed != tag
    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"] == changed


def test_the_draft_is_hidden_from_other_users(client, stranger, course):
    assert client.get(f"/courses/{course.id}/draft", auth=stranger).status_code == 404


def test_an_unknown_course_is_not_found(client, owner):
    assert client.get(f"/courses/{ObjectId()}/draft", auth=owner).status_code == 404


def test_the_draft_is_hidden_from_learners(client, course, learner):
    assert client.get(f"/courses/{course.id}/draft", auth=learner).status_code == 404
