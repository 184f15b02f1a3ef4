import csv
import io
import tracemalloc
from datetime import UTC, datetime

import pytest

from learnstream.blueprints.exports import CHUNK, stream_csv


@pytest.fixture
def table(app):
    def table(*rows):
        with app.test_request_context():
            text = stream_csv("things", ["thing", "number"], iter(rows)).get_data(as_text=True)
        return list(csv.reader(io.StringIO(text)))

    return table


def test_a_table_has_a_line_of_names_and_its_rows(table):
    rows = table(("a, b", 1), ('say "no"\nor yes', None), ("ü", 0.5))

    assert rows == [["thing", "number"], ["a, b", "1"], ['say "no"\nor yes', ""], ["ü", "0.5"]]


def test_an_empty_table_has_its_names(table):
    assert table() == [["thing", "number"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_no_text_is_a_formula(table, text):
    assert table((text, -1))[1] == [f"'{text}", "-1"]


def test_times_and_truths_are_spelled_as_in_json(table):
    assert table((datetime(2026, 3, 1, 12, tzinfo=UTC), True))[1] == ["2026-03-01T12:00:00+00:00", "true"]


def test_rows_are_asked_for_as_they_are_sent(app):
    asked = []

    def rows():
        for number in range(10_000):
            asked.append(number)
            yield ("x" * 100, number)

    with app.test_request_context():
        response = stream_csv("things", ["thing", "number"], rows())
        assert len(asked) == 1
        first = next(response.iter_encoded())
        assert CHUNK <= len(first) < 2 * CHUNK
        assert len(asked) < 300
        response.close()


def test_a_long_table_takes_no_more_memory_than_a_short_one(app):
    rows = ([number, "x" * 100] for number in range(50_000))
    tracemalloc.start()
    with app.test_request_context():
        sent = sum(map(len, stream_csv("things", ["number", "text"], rows).iter_encoded()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 5_000_000
    assert peak < 20 * CHUNK


def test_what_goes_wrong_at_once_is_raised_at_once(app):
    def rows():
        raise LookupError
        yield

    with app.test_request_context(), pytest.raises(LookupError):
        stream_csv("things", [], rows())


def test_the_answer_is_a_file(app):
    with app.test_request_context():
        headers = stream_csv("things", [], []).headers

    assert headers["Content-Disposition"] == 'attachment; filename="things.csv"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Cache-Control"] == "private, no-store"
