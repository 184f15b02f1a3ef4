"""Results that were written by a process of the previous release, which notes none as pending."""

import pytest

from learnstream.documents import Attempt
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import cursors, events, following
from learnstream.services.foundation.followers import registered
from learnstream.services.grades import moving
from learnstream.stores.sql import db
from tests.grades import grade_of


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def followed(learner, quiz):
    """Return a function that has followers handle what has happened, and returns the learner's grade in the quiz."""

    def followed():
        pending_events.move()
        events.publish()
        following.follow_all()
        db.session.rollback()
        return grade_of(learner, quiz.id)

    return followed


def as_by_the_previous_release():
    Attempt.collection().update_many({}, {"$unset": {"pending_grade": ""}})


def test_an_attempt_that_is_not_pending_becomes_a_grade(take, moved, followed):
    take(2)
    as_by_the_previous_release()
    assert moved() is None

    assert followed().points == 2


def test_a_correction_that_is_not_pending_changes_the_grade(client, owner, take, moved, followed, monkeypatch):
    take(1)
    best = take(3)
    assert moved().points == followed().points == 3

    monkeypatch.setattr(moving, "move_of", lambda *_: None)
    client.post(f"/attempts/{best['id']}/void", json={"reason": "Copied."}, auth=owner)
    as_by_the_previous_release()

    assert moved().points == 3
    assert followed().points == 1


def test_what_is_moved_is_not_recorded_again(take, moved, followed, history):
    take(2)
    grade = moved()

    assert followed() == grade
    assert history() == [("result", None, 2)]
