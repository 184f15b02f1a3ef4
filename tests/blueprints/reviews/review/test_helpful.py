"""Saying that a review was helpful."""

import pytest

from learnstream.services.reviews import moderation, readers
from learnstream.stores.sql import db
from tests.problems import outcome
from tests.reviews import reviews_of


def helpful(client, person, review_id, method="POST"):
    return client.open(f"/reviews/{review_id}/helpful", method=method, auth=person)


def test_each_user_counts_once(client, learner, stranger, course, review_id):
    for person in (learner, learner, stranger):
        assert helpful(client, person, review_id).status_code == 204

    assert reviews_of(client, course)[0]["helpful"] == 2


def test_it_can_be_taken_back(client, learner, course, review_id):
    helpful(client, learner, review_id)
    for _ in range(2):
        assert helpful(client, learner, review_id, "DELETE").status_code == 204

    assert reviews_of(client, course)[0]["helpful"] == 0


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_ones_own_review_cannot_be_marked(client, reader, course, review_id, method):
    assert outcome(helpful(client, reader, review_id, method)) == (403, "own_review")
    assert reviews_of(client, course)[0]["helpful"] == 0


def test_a_hidden_review_cannot_be_marked(client, learner, admin, review_id):
    moderation.hide(review_id, by=admin.id, reason="Spam")
    db.session.commit()

    assert helpful(client, learner, review_id).status_code == 404


def test_votes_do_not_change_the_authors_tag(client, reader, learner, course, review_id):
    before = client.get(f"/courses/{course.id}/reviews/mine", auth=reader).headers["ETag"]
    helpful(client, learner, review_id)

    assert client.get(f"/courses/{course.id}/reviews/mine", auth=reader).headers["ETag"] == before


def test_votes_at_once_all_count_once(at_once, review_id, course, client):
    at_once(*[lambda n=n: readers.vote(review_id, by=1000 + n % 10) for n in range(30)])

    assert reviews_of(client, course)[0]["helpful"] == 10
