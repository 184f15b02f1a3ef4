"""Deleting drafts."""

from tests.homework import hand_in, save_draft, submissions_of


def delete(client, learner, homework, status=204, **headers):
    response = client.delete(f"/lessons/{homework.id}/submission", headers=headers, auth=learner)
    assert response.status_code == status, response.json


def test_a_draft_is_deleted_and_submissions_stay(client, learner, homework):
    hand_in(client, learner, homework)
    save_draft(client, learner, homework, text="Better")

    delete(client, learner, homework)
    delete(client, learner, homework)

    found = submissions_of(client, learner, homework)
    assert (found["draft"], [each["number"] for each in found["submissions"]]) == (None, [1])


def test_a_draft_that_has_changed_is_not_deleted(client, learner, homework):
    seen = save_draft(client, learner, homework, text="Seen").headers["ETag"]
    save_draft(client, learner, homework, text="Changed on the phone")

    delete(client, learner, homework, 412, **{"If-Match": seen})

    assert submissions_of(client, learner, homework)["draft"]["text"] == "Changed on the phone"


def test_a_lesson_of_another_kind_has_no_drafts(client, learner, course):
    response = client.delete(f"/lessons/{course.lessons[0].id}/submission", auth=learner)

    assert (response.status_code, response.json["code"]) == (404, "not_an_assignment")
