import json
import re
from collections import Counter

from bench.scenarios import (
    LESSONS_AT_ONCE,
    STRETCHES_PER_SITTING,
    applied_events,
    ceiling_requests,
    credited_heartbeats,
    take,
)


def test_every_scenario_returns_its_expected_status(scenarios, send_request):
    statuses = {name: send_request(scenario).status_code for name, scenario in scenarios.items()}

    assert statuses == {name: scenario.status for name, scenario in scenarios.items()}


def test_the_data_set_contains_what_the_scenarios_read(scenarios, send_request):
    assert len(send_request(scenarios["GET /courses"]).json) == 12
    assert len(send_request(scenarios["GET /courses/{id}/lessons"]).json) == 20
    assert len(send_request(scenarios["GET /users/me/enrollments"]).json) == 10


def test_each_heartbeat_adds_new_seconds(scenarios, send_request):
    heartbeats = take(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 20)
    before = credited_heartbeats()

    responses = [send_request(heartbeat) for heartbeat in heartbeats]

    assert all(response.json["accepted"] and not response.json["rejected"] for response in responses)
    assert credited_heartbeats() - before == 20


def test_the_first_heartbeats_cover_the_same_learners_and_lessons_as_the_next_ones(scenarios):
    def subjects(requests):
        return Counter(tuple(re.findall(rb"lessons/\w+|Bearer \S+", request)) for request in requests)

    heartbeats = scenarios["PUT /lessons/{id}/progress, new seconds"].requests()
    first = subjects(take(heartbeats, 2 * LESSONS_AT_ONCE))
    following = subjects(take(heartbeats, 2 * LESSONS_AT_ONCE * (STRETCHES_PER_SITTING - 1)))

    assert first.keys() == following.keys()
    assert set(first.values()) == {1}


def test_heartbeats_of_another_sitting_add_new_seconds(scenarios, send_request):
    before = credited_heartbeats()

    for _ in range(2):
        for heartbeat in take(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 4):
            send_request(heartbeat)

    assert credited_heartbeats() - before == 8


def test_a_repeated_heartbeat_adds_nothing(scenarios, send_request):
    [heartbeat] = take(scenarios["PUT /lessons/{id}/progress, nothing new"].requests(), 1)
    first = send_request(heartbeat)
    before = credited_heartbeats()

    again = send_request(heartbeat)

    assert again.json == first.json
    assert credited_heartbeats() == before


def test_webhook_events_are_new_and_applied(scenarios, send_request):
    for event in take(scenarios["POST /webhooks/mux"].requests(), 5):
        send_request(event)

    assert applied_events() == 5


def test_each_ceiling_has_requests_for_its_endpoint():
    assert {
        request.split(b" ")[1].split(b"/")[1] for request in ceiling_requests().values() for request in request
    } == {*(b"bare", b"redis", b"find", b"upsert")}


def test_a_player_keeps_its_viewing_id(scenarios):
    heartbeats = take(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 3 * 2 * LESSONS_AT_ONCE)

    viewings = [json.loads(request.partition(b"\r\n\r\n")[2])["viewing_id"] for request in heartbeats]

    assert set(Counter(viewings).values()) == {3}
