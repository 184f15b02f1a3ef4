"""Which events of reviews and announcements tell whom."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.services.enrollment import groups
from learnstream.services.messaging.notices import retracting, unread
from learnstream.stores.sql import db
from tests.announcements import announce, announced, make_class
from tests.books import make_book
from tests.factories import make_seat
from tests.homework import learner_of
from tests.notices import follow_events, notices, replay, told
from tests.reviews import review, review_book


@pytest.fixture
def written(learner, course):
    """The id of the learner's review of the course."""
    return review(learner, course)


def reply(client, person, review_id):
    assert client.put(f"/reviews/{review_id}/reply", json={"text": "Thank you!"}, auth=person).status_code == 200


def hide(client, person, review_id):
    body = {"reason": "It names a pupil."}
    assert client.post(f"/admin/reviews/{review_id}/hide", json=body, auth=person).status_code == 200


def withdraw(client, person, announcement):
    assert client.delete(f"/announcements/{announcement['id']}", auth=person).status_code == 204


def test_an_author_is_told_of_the_answer(client, owner, learner, course, written):
    reply(client, owner, written)

    follow_events()
    replay()

    assert told() == [(learner.id, "review_replied", 1)]
    assert notices()[0]["target"] == {"kind": "course", "id": course.id}


def test_an_author_is_told_why_a_review_was_hidden(client, admin, learner, written):
    hide(client, admin, written)

    follow_events()

    [notice] = notices(learner)
    assert notice["facts"] == {"title": "Astronomy", "reason": "It names a pupil."}


def test_an_answer_to_the_review_of_a_book_that_was_deleted_is_not_told(client, owner, learner):
    kept, deleted = make_book(owner, "Dracula"), make_book(owner, "Carmilla")
    for book in (kept, deleted):
        reply(client, owner, review_book(learner, str(book["_id"])))
    client.delete(f"/books/{deleted['_id']}", auth=owner)

    follow_events()

    assert [each["facts"] for each in notices(learner)] == [{"title": "Dracula"}]


def test_an_answer_to_a_review_that_was_hidden_meanwhile_is_not_told(client, owner, admin, learner, written):
    reply(client, owner, written)
    hide(client, admin, written)

    follow_events()

    assert told() == [(learner.id, "review_hidden", 1)]


def test_the_learners_of_a_course_are_told_of_an_announcement_but_not_its_author(client, owner, learner, course):
    make_seat(owner, course)
    announced(client, course, owner)

    follow_events()
    replay()

    assert told() == [(learner.id, "announcement", 1)]
    assert notices()[0]["facts"] == {"title": "Clear skies on Friday", "of": "Astronomy"}


def test_the_members_of_a_group_are_told_of_its_announcement(client, owner, learner, course, stranger):
    group_id = make_class(course, stranger, staff=owner)
    follow_events()
    Notification.collection().delete_many({})

    announced(client, group_id, owner)
    follow_events()

    assert told() == [(stranger.id, "announcement", 1)]


def test_neither_who_publishes_nor_who_wrote_it_is_told(client, owner, admin, learner, course):
    for person in (owner, admin):
        make_seat(person, course)
    draft = announce(client, course, owner).json
    assert client.post(f"/announcements/{draft['id']}/publish", auth=admin).status_code == 200

    follow_events()

    assert told() == [(learner.id, "announcement", 1)]


def test_an_archived_group_is_told_nothing_as_its_members_would_not_see_it(client, owner, admin, course, stranger):
    group_id = make_class(course, stranger, staff=owner)
    follow_events()
    Notification.collection().delete_many({})
    groups.change(group_id, by=admin.id, archived=True)
    db.session.commit()

    announced(client, group_id, owner)
    follow_events()

    assert told() == []


def test_nobody_is_told_of_one_that_was_withdrawn_before(client, owner, learner, course):
    withdraw(client, owner, announced(client, course, owner))

    follow_events()

    assert told() == []


def test_what_was_told_of_an_announcement_is_taken_back(client, owner, course, monkeypatch):
    monkeypatch.setattr(retracting, "BATCH", 2)
    people = [learner_of(course) for _ in range(3)]
    first, second = announced(client, course, owner), announced(client, course, owner)
    follow_events()
    assert {unread.content(each.id).body for each in people} == {b'{"unread":2}'}

    withdraw(client, owner, first)
    follow_events()
    replay()

    assert {each["target"]["id"] for each in notices()} == {second["id"]}
    assert {unread.content(each.id).body for each in people} == {b'{"unread":1}'}


def test_drafts_and_scheduled_ones_are_told_to_nobody(client, owner, learner, course):
    announce(client, course, owner)
    announce(client, course, owner, publish_at=(now() + timedelta(hours=1)).isoformat())

    follow_events()

    assert told() == []
