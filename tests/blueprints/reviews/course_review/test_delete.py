"""Deleting one's review."""

from learnstream.documents import Review
from learnstream.services.reviews import moderation
from learnstream.stores.sql import db
from tests.problems import outcome
from tests.reviews import put_review, rating_of, review, reviews_of


def delete(client, person, course, **headers):
    return client.delete(f"/courses/{course.id}/reviews/mine", auth=person, headers=headers)


def test_a_deleted_review_is_gone_and_counts_no_more(client, reader, course, review_id):
    assert delete(client, reader, course).status_code == 204

    assert reviews_of(client, course) == []
    assert rating_of(course)["count"] == 0
    assert Review.collection().count_documents({}) == 0
    assert outcome(client.get(f"/courses/{course.id}/reviews/mine", auth=reader)) == (404, "not_found")


def test_nothing_to_delete_is_said(client, reader, course):
    assert delete(client, reader, course).status_code == 404


def test_a_review_that_has_changed_stays(client, reader, course):
    seen = put_review(client, reader, course).headers["ETag"]
    put_review(client, reader, course, stars=2)

    assert delete(client, reader, course, **{"If-Match": seen}).status_code == 412
    assert rating_of(course)["stars"] == [0, 1, 0, 0, 0]


def test_another_review_begins_anew(client, reader, learner, course, review_id):
    client.post(f"/reviews/{review_id}/helpful", auth=learner)
    delete(client, reader, course)

    again = put_review(client, reader, course, 201, stars=2)

    assert (again.json["id"] != review_id, again.json["helpful"]) == (True, 0)
    assert again.json["rating"]["stars"] == [0, 1, 0, 0, 0]


def test_deleting_a_hidden_review_does_not_show_the_next_one(client, reader, admin, course, review_id):
    moderation.hide(review_id, by=admin.id, reason="Names a learner.")
    db.session.commit()
    assert delete(client, reader, course).status_code == 204
    assert Review.collection().find_one({})["text"] == ""

    again = put_review(client, reader, course, 201, text="The same again")

    assert again.json["hidden"]["reason"] == "Names a learner."
    assert (again.json["rating"]["count"], reviews_of(client, course)) == (0, [])


def test_reviews_of_others_stay(client, reader, learner, course, review_id):
    review(learner, course, 1)

    delete(client, reader, course)

    assert [each["stars"] for each in reviews_of(client, course)] == [1]
