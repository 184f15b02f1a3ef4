import csv
import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.text.csv_tables import CHUNK
from tests.tables import lines


@pytest.fixture
def table(app):
    def table(*rows):
        with app.test_request_context():
            return list(csv.reader(lines(stream_csv("things", ["thing", "number"], iter(rows)))))

    return table


def test_a_table_has_a_header_and_its_rows(table):
    rows = table(("a, b", 1), ('say "no"\nor yes', None), ("ü", 0.5))

    assert rows == [["thing", "number"], ["a, b", "1"], ['say "no"\nor yes', ""], ["ü", "0.5"]]


def test_an_empty_table_has_a_header(table):
    assert table() == [["thing", "number"]]


SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\u22121"])
def test_texts_cannot_become_formulas(table, text):
    assert table((text, -1))[1] == [f"'{text}", "-1"]


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx"])
def test_characters_dropped_by_spreadsheets_hide_no_formula(table, text):
    assert table((text, 1))[1][0] == f"'{text}"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "before", ["x;", "x,", "x|", "x\t", "x\n", "x\r", "x;  ", 'x;"', "x;\ufeff", "\n\n", ";;", " "]
)
def test_no_part_of_a_text_becomes_a_formula_when_split(table, before, sign):
    [_, [text, _]] = table((f"{before}{sign}cmd|'/C calc'!A0;y", 1))

    assert text.endswith(f"{before}'{sign}cmd|'/C calc'!A0;y")


@pytest.mark.parametrize("text", ["Anne-Marie", "1+1=2", "a@example.com; b@example.com", "x - y", "Müller, Élodie", ""])
def test_harmless_texts_stay_unchanged(table, text):
    assert table((text, 1))[1][0] == text


def test_every_text_is_quoted(app):
    with app.test_request_context():
        text = stream_csv("things", ["thing", "number"], [("x;y", 1), ("z", None)]).get_data(as_text=True)

    assert text == '\ufeff"thing","number"\r\n"x;y",1\r\n"z",""\r\n'


def test_the_file_begins_with_a_byte_order_mark(app):
    with app.test_request_context():
        sent = stream_csv("things", ["name"], [("Élodie Müller",)]).get_data()

    assert sent.startswith(b"\xef\xbb\xbf")
    assert "Élodie Müller" in sent.decode("utf-8-sig")


def test_a_text_of_white_space_is_escaped_in_linear_time(app):
    began = time.process_time()
    with app.test_request_context():
        sent = stream_csv("things", [], [("\n" * 1_000_000,)]).get_data()

    assert len(sent) > 1_000_000
    assert time.process_time() - began < 1


def test_times_and_booleans_are_formatted_as_in_json(table):
    assert table((datetime(2026, 3, 1, 12, tzinfo=UTC), True))[1] == ["2026-03-01T12:00:00+00:00", "true"]


def test_rows_are_generated_while_they_are_sent(app):
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


def test_memory_does_not_grow_with_the_table(app):
    rows = ([number, "x" * 100] for number in range(50_000))
    tracemalloc.start()
    with app.test_request_context():
        sent = sum(map(len, stream_csv("things", ["number", "text"], rows).iter_encoded()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 5_000_000
    assert peak < 20 * CHUNK


def test_an_error_in_the_first_row_is_raised_before_the_response(app):
    def rows():
        raise LookupError
        yield

    with app.test_request_context(), pytest.raises(LookupError):
        stream_csv("things", [], rows())


def test_the_response_is_an_attachment(app):
    with app.test_request_context():
        headers = stream_csv("things", [], []).headers

    assert headers["Content-Disposition"] == 'attachment; filename="things.csv"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Cache-Control"] == "private, no-store"
