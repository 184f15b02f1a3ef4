"""Claiming submissions."""

from datetime import datetime, timedelta

from learnstream.clock import now
from tests.submissions import grade, read_submission, store_submission


def claim(client, person, submission, status=200):
    response = client.post(f"/submissions/{submission}/claim", auth=person)
    assert response.status_code == status, response.json
    return response.json


def give_back(client, person, submission, status=204):
    assert client.delete(f"/submissions/{submission}/claim", auth=person).status_code == status


def test_a_claim_holds_for_thirty_minutes(client, owner, admin, submission, move_clock):
    claimed = claim(client, owner, submission)

    left = datetime.fromisoformat(claimed["claimed_until"]) - now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert claimed["claimed_by"] == read_submission(client, admin, submission)["claimed_by"] == owner.id
    assert claim(client, admin, submission, status=409)["code"] == "claimed_by_another"
    move_clock(minutes=30)
    assert read_submission(client, admin, submission)["claimed_by"] is None
    claim(client, admin, submission)


def test_a_claim_is_extended_by_its_user(client, owner, submission, move_clock):
    first = claim(client, owner, submission)
    move_clock(minutes=10)

    assert claim(client, owner, submission)["claimed_until"] > first["claimed_until"]


def test_a_claim_does_not_change_what_has_to_be_matched(client, owner, submission):
    revision = read_submission(client, owner, submission)["revision"]
    claim(client, owner, submission)

    grade(client, owner, submission, 5, revision=revision)


def test_a_claim_is_given_back_by_its_user_only(client, owner, admin, submission):
    claim(client, owner, submission)

    give_back(client, admin, submission)
    assert claim(client, admin, submission, status=409)
    give_back(client, owner, submission)
    give_back(client, owner, submission)
    assert claim(client, admin, submission)


def test_drafts_and_those_of_others_are_not_found(client, owner, stranger, colleague, learner, lesson, submission):
    draft = store_submission(learner, lesson, 2, state="draft")

    claim(client, owner, draft, status=404)
    for person in (learner, stranger, colleague):
        claim(client, person, submission, status=404)
        give_back(client, person, submission, status=404)
