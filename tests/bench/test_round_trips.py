"""The round trips of hot requests to the stores when everything they need was requested a moment ago."""

import pytest

from bench.scenarios import some

READS = [
    "GET /courses",
    "GET /courses, 304",
    "GET /courses/{id}",
    "GET /courses/{id}, 304",
    "GET /courses/{id}/lessons",
    "GET /courses/{id}/lessons, 304",
    "GET /lessons/{id}/playback",
    "GET /users/me/enrollments",
    "GET /courses/{id}/progress",
]


@pytest.mark.parametrize("name", READS)
def test_a_warm_read_asks_the_stores_twice_at_most(name, scenarios, ask, queries):
    [request] = some(scenarios[name].requests(), 1)
    ask(request)
    ask(request)
    queries.clear()

    assert ask(request).status_code == scenarios[name].status

    assert len(queries) <= 2, queries


def test_a_warm_heartbeat_asks_redis_once_and_mongodb_what_it_must(app, monkeypatch, scenarios, ask, queries):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    [heartbeat] = some(scenarios["PUT /lessons/{id}/progress, nothing new"].requests(), 1)
    ask(heartbeat)
    ask(heartbeat)
    queries.clear()

    assert ask(heartbeat).status_code == 200

    assert queries == ["redis", "find"]


def test_an_event_is_applied_and_then_kept_with_one_write_each(scenarios, ask, queries):
    first, second = some(scenarios["POST /webhooks/mux"].requests(), 2)
    ask(first)
    queries.clear()

    assert ask(second).status_code == 200

    assert queries == ["find", "update", "redis", "insert"]
