"""A follower, and what it has to handle."""

import pytest
import sqlalchemy as sa

from learnstream.models import AuditEntry, EventType
from learnstream.services.foundation import audit, cursors, events, followers
from learnstream.stores.sql import db


@pytest.fixture
def handled(app):
    """Follow archived courses, as the only follower; return what it has handled. It fails while `handled.fails`."""
    ours = dict(followers.registered)
    followers.registered.clear()
    handled = Handled()
    followers.follows(EventType.COURSE_ARCHIVED, name="archivist")(handled)
    cursors.register([*followers.registered.values()])
    yield handled
    followers.registered.clear()
    followers.registered.update(ours)


class Handled(list):
    fails = False
    meanwhile = staticmethod(lambda: None)

    def __call__(self, event):
        if self.fails:
            raise RuntimeError("The archive is closed.")
        audit.record("archived", actor_id=None, target_kind="test", target_id=event.position)
        self.append(event.position)
        self.meanwhile()


@pytest.fixture
def tell(app):
    """Return a function that publishes this many events."""

    def tell(count):
        for number in range(count):
            events.record(EventType.COURSE_ARCHIVED, f"{number}", course_id="a" * 24)
        db.session.commit()
        events.publish()

    return tell


@pytest.fixture
def audited(separate_session):
    """Return a function that lists the audited actions: name, target and actor."""

    def audited():
        entries = separate_session.scalars(
            sa.select(AuditEntry).where(AuditEntry.actor_id.is_not(None)).order_by(AuditEntry.id)
        )
        return [(entry.action, entry.target_id, entry.actor_id) for entry in entries]

    return audited
