"""Saving drafts of submissions."""

import pytest

from tests.homework import hand_in, save_draft, submissions_of


def test_a_draft_is_saved_and_read_back(client, learner, homework):
    saved = save_draft(client, learner, homework, text="The sun lights it.", url="https://moon.example.com/diary")

    assert (saved.json["number"], saved.json["files"]) == (1, [])
    found = submissions_of(client, learner, homework)
    assert found["draft"] == saved.json
    assert (found["submissions"], found["may_submit"], found["reason"]) == ([], True, None)


def test_a_draft_is_replaced_as_a_whole(client, learner, homework):
    save_draft(client, learner, homework, text="Seas without water.", url="https://moon.example.com/")

    save_draft(client, learner, homework, url="https://moon.example.com/2")

    draft = submissions_of(client, learner, homework)["draft"]
    assert (draft["text"], draft["url"]) == (None, "https://moon.example.com/2")


@pytest.mark.parametrize("body", [None, {}])
def test_a_body_without_anything_removes_nothing(client, learner, homework, body):
    save_draft(client, learner, homework, text="Seas without water.")

    response = client.put(f"/lessons/{homework.id}/submission", json=body, auth=learner)

    assert (response.status_code, response.json["code"]) == (422, "validation_failed")
    assert submissions_of(client, learner, homework)["draft"]["text"] == "Seas without water."


def test_a_second_device_overwrites_nothing(client, learner, homework):
    path = f"/lessons/{homework.id}/submission"
    seen = {"If-Match": client.get(path, auth=learner).headers["ETag"]}
    save_draft(client, learner, homework, text="From the phone", headers=seen)

    save_draft(client, learner, homework, text="From the laptop", headers=seen, status=412)

    assert submissions_of(client, learner, homework)["draft"]["text"] == "From the phone"


def test_a_save_whose_response_was_lost_can_be_repeated(client, learner, homework):
    seen = {"If-Match": client.get(f"/lessons/{homework.id}/submission", auth=learner).headers["ETag"]}
    first = save_draft(client, learner, homework, text="Once", headers=seen)

    again = save_draft(client, learner, homework, text="Once", headers=seen)

    assert (again.json, again.headers["ETag"]) == (first.json, first.headers["ETag"])


def test_the_tag_of_an_earlier_draft_names_no_later_one(client, learner, homework):
    first = save_draft(client, learner, homework, text="First").headers["ETag"]
    assert client.delete(f"/lessons/{homework.id}/submission", auth=learner).status_code == 204
    save_draft(client, learner, homework, text="Second")

    save_draft(client, learner, homework, text="Third", headers={"If-Match": first}, status=412)


def test_the_next_draft_follows_a_submission(client, learner, homework):
    hand_in(client, learner, homework)

    saved = save_draft(client, learner, homework, text="Better")

    assert saved.json["number"] == 2
    assert submissions_of(client, learner, homework)["submissions"][0]["text"] == "The sun lights it."
