"""The round trips of hot requests to the stores when everything they need was requested a moment ago."""

import pytest

from bench.scenarios import take

READS = [
    "GET /courses",
    "GET /courses, 304",
    "GET /courses/{id}",
    "GET /courses/{id}, 304",
    "GET /courses/{id}/lessons",
    "GET /courses/{id}/lessons, 304",
    "GET /lessons/{id}/playback",
    "GET /lessons/{id}/document",
    "GET /users/me/enrollments",
    "GET /courses/{id}/progress",
]


@pytest.mark.parametrize("name", READS)
def test_a_warm_read_makes_at_most_two_round_trips(name, scenarios, send_request, queries):
    [request] = take(scenarios[name].requests(), 1)
    send_request(request)
    send_request(request)
    queries.clear()

    assert send_request(request).status_code == scenarios[name].status

    assert len(queries) <= 2, queries


def test_a_warm_heartbeat_makes_one_redis_and_one_mongodb_round_trip(rate_limits, scenarios, send_request, queries):
    [heartbeat] = take(scenarios["PUT /lessons/{id}/progress, nothing new"].requests(), 1)
    send_request(heartbeat)
    send_request(heartbeat)
    queries.clear()

    assert send_request(heartbeat).status_code == 200

    assert queries == ["redis", "find"]


def test_a_webhook_event_is_applied_and_stored_with_one_write_each(scenarios, send_request, queries):
    first, second = take(scenarios["POST /webhooks/mux"].requests(), 2)
    send_request(first)
    queries.clear()

    assert send_request(second).status_code == 200

    assert queries == ["find", "update", "redis", "insert"]


def test_a_save_makes_one_redis_and_one_mongodb_round_trip(rate_limits, scenarios, send_request, queries):
    stream = scenarios["PUT /attempts/{id}/answers"].requests()
    first, second = take(stream, 2)
    for request in (first, second):
        send_request(request)
    queries.clear()

    assert send_request(second).status_code == 200

    assert queries == ["redis", "findAndModify"]


def test_a_start_reads_earlier_attempts_and_begins_the_lesson(rate_limits, scenarios, send_request, queries):
    stream = scenarios["POST /lessons/{id}/attempts, 30 questions"].requests()
    first, second = take(stream, 2)
    send_request(first)
    queries.clear()

    assert send_request(second).status_code == 201

    assert [each for each in queries if each not in {"redis", "sql"}] == ["find", "find", "update", "insert"]
