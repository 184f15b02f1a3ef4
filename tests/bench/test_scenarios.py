import json
import re
from collections import Counter

from bench.scenarios import SITTING, WATCHED_AT_ONCE, applied, ceiling_requests, credited, some


def test_every_request_is_answered_as_it_should_be(scenarios, ask):
    answered = {name: ask(scenario).status_code for name, scenario in scenarios.items()}

    assert answered == {name: scenario.status for name, scenario in scenarios.items()}


def test_a_school_has_what_is_read_of_it(scenarios, ask):
    assert len(ask(scenarios["GET /courses"]).json) == 12
    assert len(ask(scenarios["GET /courses/{id}/lessons"]).json) == 20
    assert len(ask(scenarios["GET /users/me/enrollments"]).json) == 10


def test_heartbeats_add_new_seconds_each(scenarios, ask):
    heartbeats = some(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 20)
    before = credited()

    answers = [ask(heartbeat) for heartbeat in heartbeats]

    assert all(answer.json["accepted"] and not answer.json["rejected"] for answer in answers)
    assert credited() - before == 20


def test_the_first_heartbeats_are_of_all_whom_the_next_ones_are_of(scenarios):
    def places(requests):
        return Counter(tuple(re.findall(rb"lessons/\w+|Bearer \S+", each)) for each in requests)

    heartbeats = scenarios["PUT /lessons/{id}/progress, new seconds"].requests()
    first = places(some(heartbeats, 2 * WATCHED_AT_ONCE))
    next_ones = places(some(heartbeats, 2 * WATCHED_AT_ONCE * (SITTING - 1)))

    assert first.keys() == next_ones.keys()
    assert set(first.values()) == {1}


def test_heartbeats_of_another_sitting_are_new_as_well(scenarios, ask):
    before = credited()

    for _ in range(2):
        for heartbeat in some(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 4):
            ask(heartbeat)

    assert credited() - before == 8


def test_a_heartbeat_that_is_sent_again_adds_nothing(scenarios, ask):
    [heartbeat] = some(scenarios["PUT /lessons/{id}/progress, nothing new"].requests(), 1)
    first = ask(heartbeat)
    before = credited()

    again = ask(heartbeat)

    assert again.json == first.json
    assert credited() == before


def test_events_are_new_and_applied(scenarios, ask):
    for event in some(scenarios["POST /webhooks/mux"].requests(), 5):
        ask(event)

    assert applied() == 5


def test_each_ceiling_is_asked_what_it_serves():
    assert {request.split(b" ")[1].split(b"/")[1] for each in ceiling_requests().values() for request in each} == {
        *(b"bare", b"redis", b"find", b"upsert")
    }


def test_a_player_goes_on_with_the_viewing_that_it_began(scenarios):
    heartbeats = some(scenarios["PUT /lessons/{id}/progress, new seconds"].requests(), 3 * 2 * WATCHED_AT_ONCE)

    viewings = [json.loads(each.partition(b"\r\n\r\n")[2])["viewing_id"] for each in heartbeats]

    assert set(Counter(viewings).values()) == {3}
