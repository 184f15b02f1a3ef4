import pytest

from learnstream.clock import now
from learnstream.models import OutboxMessage
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db


@pytest.fixture
def topic(monkeypatch):
    """Return what the handler of the topic `test` has been given."""
    seen = []
    monkeypatch.setattr(outbox, "topics", {})
    outbox.handles("test")(seen.append)
    return seen


def add(**columns):
    message = outbox.add("test", n=1)
    for name, value in columns.items():
        setattr(message, name, value)
    db.session.commit()
    return message.id


@pytest.fixture
def parked(topic):
    return add(parked_at=now(), tries=8, last_error="RuntimeError: never")


def act(client, admin, verb, message_id):
    return client.post(f"/admin/commands/{message_id}/{verb}", auth=admin)


def listed(client, admin, query=""):
    answer = client.get(f"/admin/commands{query}", auth=admin)
    assert answer.status_code == 200
    return [(each["id"], each["state"]) for each in answer.json]


def test_commands_are_listed_by_state_and_topic(client, admin, parked):
    pending, done = add(), add(done_at=now())
    skipped = add(done_at=now(), parked_at=now())

    assert listed(client, admin) == [
        (skipped, "skipped"),
        (done, "done"),
        (pending, "pending"),
        (parked, "parked"),
    ]
    for message_id, state in listed(client, admin):
        assert listed(client, admin, f"?state={state}&topic=test") == [(message_id, state)]
    assert listed(client, admin, "?topic=another") == []


def test_a_command_shows_what_is_to_be_done_and_why_it_failed(client, admin, parked):
    [command] = client.get("/admin/commands?state=parked", auth=admin).json

    assert (command["topic"], command["payload"]) == ("test", {"n": 1})
    assert (command["tries"], command["last_error"]) == (8, "RuntimeError: never")


def test_the_list_continues_at_a_cursor(client, admin, parked):
    later = add()

    first = client.get("/admin/commands?page_size=1", auth=admin)
    second = client.get(f"/admin/commands?page_size=1&cursor={first.headers['X-Next-Cursor']}", auth=admin)

    assert [each["id"] for each in first.json + second.json] == [later, parked]


@pytest.mark.parametrize("query", ["state=lost", "topic=", "state=parked&state=done", "unknown=1"])
def test_an_invalid_filter_is_named(client, admin, query):
    assert client.get(f"/admin/commands?{query}", auth=admin).status_code == 422


def test_a_parked_command_is_retried(client, admin, parked, topic, audited):
    answer = act(client, admin, "retry", parked)

    assert answer.status_code == 202
    assert (answer.json["state"], answer.json["tries"]) == ("pending", 0)
    assert outbox.relay() == 1
    assert topic == [{"n": 1}]
    assert audited()[-1] == ("command.retried", str(parked), admin.id)


def test_a_parked_command_is_skipped(client, admin, parked, topic, separate_session, audited):
    answer = act(client, admin, "skip", parked)

    assert (answer.status_code, answer.json["state"]) == (200, "skipped")
    assert outbox.relay() == 0
    assert separate_session.get(OutboxMessage, parked).done_at is not None
    assert audited()[-1] == ("command.skipped", str(parked), admin.id)


@pytest.mark.parametrize("verb", ["retry", "skip"])
def test_only_a_parked_command_is_retried_or_skipped(client, admin, topic, verb):
    for message_id in (add(), add(done_at=now()), add(done_at=now(), parked_at=now())):
        assert act(client, admin, verb, message_id).json["code"] == "not_parked"
    assert act(client, admin, verb, 10**15).status_code == 404
