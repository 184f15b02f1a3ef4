"""Returning submissions."""

import pytest

from tests.homework import hand_in, make_assignment_lesson, submissions_of
from tests.submissions import grade, read_submission, store_submission, stored


def give_back(client, person, submission, status=200, comment="Page two is missing."):
    response = client.post(f"/submissions/{submission}/return", json={"comment": comment}, auth=person)
    assert response.status_code == status, response.json
    return response.json


def test_a_returned_submission_can_be_followed_by_another(client, owner, learner, course):
    lesson = make_assignment_lesson(course, resubmit="when_returned")
    hand_in(client, learner, lesson)
    before = submissions_of(client, learner, lesson)
    [entry] = client.get(f"/lessons/{lesson.id}/submissions", auth=owner).json

    returned = give_back(client, owner, entry["id"])

    assert (returned["state"], returned["return_comment"]) == ("returned", "Page two is missing.")
    assert [(each["cause"], each["by"], each["reason"]) for each in returned["history"]] == [
        ("returned", owner.id, "Page two is missing.")
    ]
    after = submissions_of(client, learner, lesson)
    assert (before["may_submit"], after["may_submit"]) == (False, True)
    assert hand_in(client, learner, lesson)["number"] == 2


def test_a_grade_stays(client, owner, submission):
    grade(client, owner, submission, 5)

    assert give_back(client, owner, submission)["points"] == 5


def test_the_same_again_changes_nothing(client, owner, submission):
    first = give_back(client, owner, submission)
    before = stored(submission)

    assert give_back(client, owner, submission) == first
    assert stored(submission) == before


def test_another_comment_takes_the_place_of_the_first(client, owner, submission):
    give_back(client, owner, submission)

    assert give_back(client, owner, submission, comment="And page three.")["return_comment"] == "And page three."


def test_only_the_latest_can_be_returned(client, owner, learner, lesson):
    first = store_submission(learner, lesson, superseded=True)
    store_submission(learner, lesson, 2)

    assert give_back(client, owner, first, status=409)["code"] == "superseded"


def test_a_claimed_one_is_its_marker_s(client, owner, admin, submission):
    client.post(f"/submissions/{submission}/claim", auth=admin)

    assert give_back(client, owner, submission, status=409)["code"] == "claimed_by_another"
    assert give_back(client, admin, submission)["claimed_by"] is None


@pytest.mark.parametrize("comment", ["", "   ", None, 5, "x" * 5001])
def test_it_needs_a_comment(client, owner, submission, comment):
    assert "comment" in give_back(client, owner, submission, status=422, comment=comment)["errors"]["json"]


def test_the_staff_of_a_group_return_what_their_learners_handed_in(client, colleague, learner, submission, group_of):
    give_back(client, colleague, submission, status=404)
    group_of(learner, staff=colleague)

    give_back(client, colleague, submission)


def test_others_do_not_return(client, owner, learner, stranger, submission):
    give_back(client, learner, submission, status=404)
    give_back(client, stranger, submission, status=404)
    assert read_submission(client, owner, submission)["state"] == "submitted"
