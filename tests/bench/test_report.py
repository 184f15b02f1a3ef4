import json

from bench import report
from bench.load import Result
from bench.rounds import Row, Turn, is_selected, uneven
from bench.scenarios import Scenario


def result(rate):
    return Result(requests=rate, seconds=1.0, bytes=0, p50=1.0, p99=5.0, laps=0, errors={})


def row(*rates, target=0.5, connections=64, void=()):
    scenario = Scenario("GET /x", "redis", target, requests=lambda: iter([]), distinct=0)
    return Row(scenario, connections, [Turn(result(own), result(ceiling)) for own, ceiling in rates], list(void))


def test_a_row_reports_the_median_ratio_of_its_turns():
    assert row((60, 100), (10, 100), (140, 200)).ratio == 0.6


def test_a_ratio_is_compared_with_its_target():
    table = report.tabulate_requests([row((60, 100)), row((40, 100))])

    assert [cells[-1] for cells in table.rows] == ["met", "**not met**"]


def test_targets_apply_at_64_connections_only():
    [cells] = report.tabulate_requests([row((10, 100), connections=16)]).rows

    assert cells[-2:] == ("", "")


def test_a_void_measurement_reports_its_reason():
    [cells] = report.tabulate_requests([row(void=["3 status errors"])]).rows

    assert "void" in cells
    assert "3 status errors" in cells


def test_the_report_is_written_as_markdown_and_json(tmp_path):
    text = report.write([report.tabulate_requests([row((60, 100))])], tmp_path)

    assert (tmp_path / "bench.md").read_text() == text
    assert "| GET /x | 64 |" in text
    [figures] = json.loads((tmp_path / "bench.json").read_text())["sections"]["Requests"]
    assert (figures["ratio"], figures["rate"]) == (0.6, 60.0)


def test_an_idle_worker_voids_a_measurement():
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.2}, 64) == "one worker did 83% of the work"
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.8}, 64) is None


def test_a_single_connection_may_use_one_worker_only():
    assert uneven({1: 1.0, 2: 1.0}, {1: 2.0, 2: 1.0}, 1) is None


def test_requests_are_selected_by_part_of_their_name():
    assert is_selected("GET /courses", [])
    assert is_selected("GET /courses", ["Courses", "webhooks"])
    assert not is_selected("GET /courses", ["webhooks"])
    assert is_selected("GET /courses", ["login"]), "a section chooses no requests"
