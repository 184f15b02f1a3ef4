import json

from bench import report
from bench.load import Result
from bench.rounds import Row, Turn, is_chosen, uneven
from bench.scenarios import Scenario


def result(rate):
    return Result(requests=rate, seconds=1.0, bytes=0, p50=1.0, p99=5.0, laps=0, errors={})


def row(*rates, target=0.5, connections=64, void=()):
    scenario = Scenario("GET /x", "redis", target, requests=lambda: iter([]), distinct=0)
    return Row(scenario, connections, [Turn(result(own), result(ceiling)) for own, ceiling in rates], list(void))


def test_a_row_has_the_median_of_its_turns_ratios():
    assert row((60, 100), (10, 100), (140, 200)).ratio == 0.6


def test_what_reaches_its_target_is_met_and_what_does_not_is_not():
    table = report.of_requests([row((60, 100)), row((40, 100))])

    assert [cells[-1] for cells in table.rows] == ["met", "**not met**"]


def test_targets_hold_at_64_connections_only():
    [cells] = report.of_requests([row((10, 100), connections=16)]).rows

    assert cells[-2:] == ("", "")


def test_what_could_not_be_measured_is_void_and_says_why():
    [cells] = report.of_requests([row(void=["3 status errors"])]).rows

    assert "void" in cells
    assert "3 status errors" in cells


def test_a_report_is_written_for_people_and_for_programs(tmp_path):
    text = report.write([report.of_requests([row((60, 100))])], tmp_path)

    assert (tmp_path / "bench.md").read_text() == text
    assert "| GET /x | 64 |" in text
    [figures] = json.loads((tmp_path / "bench.json").read_text())["sections"]["Requests"]
    assert (figures["ratio"], figures["rate"]) == (0.6, 60.0)


def test_a_worker_that_sat_idle_makes_a_measurement_void():
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.2}, 64) == "one worker did 83% of the work"
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.8}, 64) is None


def test_a_single_connection_keeps_one_worker_busy_only():
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.0}, 1) is None


def test_requests_are_chosen_by_a_part_of_their_name():
    assert is_chosen("GET /courses", [])
    assert is_chosen("GET /courses", ["Courses", "webhooks"])
    assert not is_chosen("GET /courses", ["webhooks"])
    assert is_chosen("GET /courses", ["login"]), "a section chooses no requests"
