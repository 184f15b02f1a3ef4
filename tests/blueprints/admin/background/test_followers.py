from datetime import timedelta

import pytest
import sqlalchemy as sa

from learnstream.clock import now
from learnstream.models import Event, Follower
from learnstream.services.foundation import following, parked_events
from learnstream.stores.sql import db


def shown(client, admin):
    answer = client.get("/admin/followers", auth=admin)
    assert answer.status_code == 200
    return answer.json[0]


def replay(client, admin, position, name="archivist"):
    return client.post(f"/admin/followers/{name}/replay", auth=admin, json={"from_position": position})


def park(client, admin, name="archivist"):
    return client.post(f"/admin/followers/{name}/park", auth=admin)


def test_a_follower_is_shown_with_its_lag(client, admin, handled, tell):
    tell(3)

    before = shown(client, admin)
    following.follow("archivist")
    after = shown(client, admin)

    assert (before["state"], before["position"], before["lag"]["events"]) == ("behind", 0, 3)
    assert 0 <= before["lag"]["seconds"] < 5
    assert before["next_event_kept_until"] is not None
    assert (after["state"], after["position"], after["lag"]) == ("idle", 3, {"events": 0, "seconds": 0.0})
    assert after["next_event_kept_until"] is None


def test_a_failing_follower_is_shown_with_its_error(client, admin, handled, tell):
    handled.fails = True
    tell(2)
    following.follow("archivist")

    failing = shown(client, admin)

    assert (failing["state"], failing["tries"]) == ("failing", 1)
    assert failing["last_error"] == "RuntimeError: The archive is closed."
    assert failing["next_try_at"] is not None


def test_a_running_follower_and_one_of_another_release_are_shown(client, admin, handled):
    in_a_minute = now() + timedelta(minutes=1)
    db.session.execute(sa.update(Follower).values(claimed_by="a worker", claimed_until=in_a_minute))
    db.session.add(Follower(name="bygone", position=0))
    db.session.commit()

    states = {each["name"]: each["state"] for each in client.get("/admin/followers", auth=admin).json}

    assert states == {"archivist": "running", "bygone": "retired"}
    assert replay(client, admin, 1, name="bygone").status_code == 404


def test_events_are_replayed_from_a_position(client, admin, handled, tell, audited):
    tell(3)
    following.follow("archivist")

    answer = replay(client, admin, 2)
    following.follow("archivist")

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["position"], answer.json["lag"]["events"]) == ("behind", 1, 2)
    assert handled == [1, 2, 3, 2, 3]
    assert audited()[-1] == ("follower.replayed", "archivist", admin.id)


def test_a_replay_clears_what_was_parked_and_ends_a_pause(client, admin, handled, tell):
    handled.fails = True
    tell(1)
    following.follow("archivist")
    park(client, admin)
    handled.fails = False

    assert replay(client, admin, 1).json["parked"] == 0
    assert following.follow("archivist") == 1


def test_a_cursor_is_not_moved_forward(client, admin, handled, tell):
    tell(3)

    answer = replay(client, admin, 2)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"json": {"from_position": ["Must be at most 1."]}}


def test_deleted_events_cannot_be_replayed(client, admin, handled, tell):
    tell(3)
    following.follow("archivist")
    db.session.execute(sa.delete(Event).where(Event.position == 1))
    db.session.commit()

    assert replay(client, admin, 1).json["code"] == "events_gone"
    assert replay(client, admin, 2).status_code == 200


def test_an_invalid_position_is_named(client, admin, handled):
    for position in (0, -1, 1.5, "1", None, True, 10**30):
        answer = replay(client, admin, position)

        assert answer.status_code == 422, position
        assert "from_position" in answer.json["errors"]["json"]


def test_the_event_that_a_follower_fails_at_is_parked(client, admin, handled, tell, audited):
    tell(2)
    handled.fails = True
    following.follow("archivist")

    answer = park(client, admin)
    handled.fails = False
    following.follow("archivist")

    assert (answer.json["state"], answer.json["position"], answer.json["parked"]) == ("behind", 1, 1)
    assert handled == [2]
    assert [each["position"] for each in client.get("/admin/parked-events", auth=admin).json] == [1]
    assert audited()[-1] == ("follower.event_parked", "archivist", admin.id)


def test_a_follower_that_does_not_fail_parks_nothing(client, admin, handled, tell):
    tell(1)

    assert park(client, admin).json["code"] == "follower_not_failing"
    assert parked_events.next_retry("archivist") is None


@pytest.mark.parametrize("name", ["nobody", "%00", "%ED%A0%80", "x" * 300])
def test_an_unknown_follower_is_not_found(client, admin, handled, name):
    for answer in (replay(client, admin, 1, name=name), park(client, admin, name=name)):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
