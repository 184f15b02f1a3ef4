"""Replying to a review."""

import pytest

from learnstream.models import Event
from learnstream.services.analytics import pending_events
from learnstream.services.reviews import moderation
from learnstream.stores.sql import db
from tests.problems import invalid_fields, outcome
from tests.reviews import reviews_of


def reply(client, person, review_id, text="Thank you!"):
    return client.put(f"/reviews/{review_id}/reply", json={"text": text}, auth=person)


def events():
    pending_events.move()
    db.session.rollback()
    return [(each.type, each.data) for each in db.session.query(Event) if each.type.startswith("review.")]


def test_everybody_sees_the_reply_of_the_staff(client, owner, course, review_id):
    answered = reply(client, owner, review_id)

    assert answered.status_code == 200
    [shown] = reviews_of(client, course)
    assert shown == answered.json
    assert (shown["reply"]["text"], shown["reply"].keys()) == ("Thank you!", {"text", "at"})


def test_the_author_is_told_once(client, owner, reader, course, review_id):
    for text in ("Thank you!", "Thank you!", "Thanks a lot!"):
        assert reply(client, owner, review_id, text).status_code == 200

    about = {"review_id": review_id, "user_id": reader.id, "subject_kind": "course", "subject_id": course.id}
    assert events() == [("review.replied", about | {"by": owner.id})]
    assert reviews_of(client, course)[0]["reply"]["text"] == "Thanks a lot!"


def test_a_reply_is_removed(client, owner, course, review_id):
    reply(client, owner, review_id)

    for _ in range(2):
        assert client.delete(f"/reviews/{review_id}/reply", auth=owner).status_code == 204
    assert reviews_of(client, course)[0]["reply"] is None


def test_others_cannot_reply(client, reader, other_owner, course, review_id):
    for person in (reader, other_owner):
        assert outcome(reply(client, person, review_id)) == (403, "not_your_course")

    assert reviews_of(client, course)[0]["reply"] is None


def test_a_hidden_review_gets_no_reply(client, owner, admin, review_id):
    moderation.hide(review_id, by=admin.id, reason="Spam")
    db.session.commit()

    assert reply(client, owner, review_id).status_code == 404


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, None])
def test_an_invalid_text_is_named(client, owner, review_id, text):
    assert invalid_fields(reply(client, owner, review_id, text)) == ["text"]
