import pytest
import sqlalchemy as sa

from learnstream.models import AuditEntry, Event, ParkedEvent
from learnstream.services.foundation import following, parked_events
from learnstream.stores.sql import db


@pytest.fixture
def parked(handled, tell):
    """Park the second of three events; return its id."""
    tell(3)
    parked_events.park("archivist", 2, 8, "RuntimeError: The archive is closed.")
    following.follow("archivist")
    handled.clear()
    return db.session.scalar(sa.select(ParkedEvent.id))


def listed(client, admin, query=""):
    return client.get(f"/admin/parked-events{query}", auth=admin).json


def retry(client, admin, parked_id):
    return client.post(f"/admin/parked-events/{parked_id}/retry", auth=admin)


def skip(client, admin, parked_id):
    return client.post(f"/admin/parked-events/{parked_id}/skip", auth=admin)


def test_a_parked_event_is_listed(client, admin, parked):
    [event] = listed(client, admin)

    assert (event["id"], event["follower"], event["position"]) == (parked, "archivist", 2)
    assert (event["event_id"], event["type"]) == ("course.archived:1", "course.archived")
    assert event["last_error"] == "RuntimeError: The archive is closed."
    assert listed(client, admin, "?follower=archivist") == [event]
    assert listed(client, admin, "?follower=another") == []


def test_the_list_continues_at_a_cursor(client, admin, parked):
    parked_events.park("archivist", 3, 8, "RuntimeError")
    db.session.commit()

    first = client.get("/admin/parked-events?page_size=1", auth=admin)
    second = client.get(f"/admin/parked-events?page_size=1&cursor={first.headers['X-Next-Cursor']}", auth=admin)

    assert [each["position"] for each in first.json + second.json] == [2, 3]
    assert "X-Next-Cursor" not in second.headers


def test_a_parked_event_is_retried_without_the_others(client, admin, parked, handled, audited):
    answer = retry(client, admin, parked)
    following.follow("archivist")

    assert answer.status_code == 202
    assert answer.json["retry_at"] is not None
    assert handled == [2]
    assert listed(client, admin) == []
    assert audited()[-1] == ("parked_event.retried", "archivist", admin.id)


def test_a_retry_that_fails_leaves_the_event_parked(client, admin, parked, handled):
    handled.fails = True
    retry(client, admin, parked)
    following.follow("archivist")

    [event] = listed(client, admin)
    assert (event["tries"], event["retry_at"]) == (9, None)
    handled.fails = False
    assert following.follow("archivist") == 0


def test_an_event_that_was_deleted_stays_parked(client, admin, parked, handled):
    db.session.execute(sa.delete(Event).where(Event.position == 2))
    db.session.commit()

    retry(client, admin, parked)
    following.follow("archivist")

    [event] = listed(client, admin)
    assert (event["event_id"], event["type"]) == (None, None)
    assert event["last_error"].startswith("LookupError")
    assert handled == []


def test_a_skipped_event_is_not_handled(client, admin, parked, handled, audited):
    assert skip(client, admin, parked).status_code == 204

    assert following.follow("archivist") == 0
    assert listed(client, admin) == []
    assert audited()[-1] == ("parked_event.skipped", "archivist", admin.id)
    assert (skip(client, admin, parked).status_code, retry(client, admin, parked).status_code) == (404, 404)


def test_a_retry_of_an_event_that_is_skipped_meanwhile_writes_nothing(
    app, client, admin, parked, handled, separate_session
):
    def skip_meanwhile():
        with app.app_context():
            parked_events.skip(parked, by=admin.id)
            db.session.commit()

    retry(client, admin, parked)
    handled.meanwhile = skip_meanwhile

    assert following.follow("archivist") == 0
    assert listed(client, admin) == []
    archived = sa.select(AuditEntry.target_id).where(AuditEntry.action == "archived").order_by(AuditEntry.id)
    assert separate_session.scalars(archived).all() == ["1", "2", "3"]
