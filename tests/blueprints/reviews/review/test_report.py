"""Reporting a review."""

import pytest

from learnstream.documents import Review
from learnstream.services.reviews import moderation
from learnstream.stores.sql import db
from tests.problems import invalid_fields, outcome
from tests.reviews import put_review, rating_of, reviews_of


def report(client, person, review_id, **body):
    return client.post(f"/reviews/{review_id}/report", json={"reason": "spam"} | body, auth=person)


def stored():
    return Review.collection().find_one({})


def test_a_report_reaches_administrators_alone(client, learner, admin, course, review_id):
    assert report(client, learner, review_id, reason="privacy", text="My number").status_code == 204

    [found] = client.get("/admin/reviews", auth=admin).json
    assert (found["id"], found["open_reports"]) == (review_id, 1)
    [made] = found["reports"]
    assert (made["by"], made["reason"], made["text"], made["dismissed"]) == (
        learner.id,
        "privacy",
        "My number",
        False,
    )
    assert "reports" not in reviews_of(client, course)[0]
    assert rating_of(course)["count"] == 1


def test_each_user_counts_once(client, learner, review_id):
    report(client, learner, review_id)

    assert report(client, learner, review_id, reason="offensive").status_code == 204
    assert [each["reason"] for each in stored()["reports"]] == ["spam"]


def test_a_dismissed_report_is_not_made_again_until_the_review_changes(
    client, reader, learner, admin, course, review_id
):
    report(client, learner, review_id)
    moderation.dismiss(review_id, by=admin.id)
    db.session.commit()

    report(client, learner, review_id)
    assert stored().get("open_reports", 0) == 0

    put_review(client, reader, course, text="Now it is spam")
    report(client, learner, review_id)
    assert (stored()["open_reports"], len(stored()["reports"])) == (1, 1)


def test_ones_own_review_cannot_be_reported(client, reader, review_id):
    assert outcome(report(client, reader, review_id)) == (403, "own_review")


@pytest.mark.parametrize(
    ("field", "body"),
    [("reason", {"reason": "ugly"}), ("reason", {"reason": None}), ("text", {"text": "x" * 1001}), ("by", {"by": 1})],
)
def test_an_invalid_field_is_named(client, learner, review_id, field, body):
    assert invalid_fields(report(client, learner, review_id, **body)) == [field]
    assert stored().get("open_reports", 0) == 0
