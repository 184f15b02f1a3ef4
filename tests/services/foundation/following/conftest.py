"""Followers of the tests' own, and events for them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.clock import now
from learnstream.models import EventType, Follower
from learnstream.services.foundation import cursors, events, followers
from learnstream.stores.sql import db

COURSE = "a" * 24


@pytest.fixture
def no_followers(app):
    """Replace the application's followers by those of the test."""
    ours = dict(followers.registered)
    followers.registered.clear()
    yield followers.registered
    followers.registered.clear()
    followers.registered.update(ours)


@pytest.fixture
def follow(no_followers):
    """Return a function that registers a follower, by default of archived courses and called `test`."""

    def follow(handle, *types, name="test", batch=None, **options):
        types = types or (EventType.COURSE_ARCHIVED,)
        if batch:
            followers.follows_in_batches(*types, name=name, batch=batch, **options)(handle)
        else:
            followers.follows(*types, name=name, **options)(handle)
        cursors.register([*no_followers.values()])

    return follow


@pytest.fixture
def tell(app):
    """Return a function that publishes events with these keys."""

    def tell(*keys, event_type=EventType.COURSE_ARCHIVED):
        for key in keys:
            events.record(event_type, str(key), course_id=COURSE)
        db.session.commit()
        events.publish()

    return tell


@pytest.fixture
def cursor(separate_session):
    """Return a function that reads a cursor as it is stored."""

    def cursor(name="test"):
        separate_session.expire_all()
        found = separate_session.get(Follower, name)
        separate_session.rollback()
        return found

    return cursor


@pytest.fixture
def let_pause_end():
    def let_pause_end():
        db.session.execute(sa.update(Follower).values(next_try_at=now() - timedelta(seconds=1)))
        db.session.commit()

    return let_pause_end
