import io
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnstream.integrations import spreadsheets
from learnstream.text import xlsx_tables
from learnstream.text.xlsx_tables import CHUNK, MAX_TEXT


def workbook(*rows, columns=("thing", "number"), sheet="Things"):
    return b"".join(xlsx_tables.render(sheet, columns, rows))


def read(data):
    with spreadsheets.read([data]) as table:
        return table.sheet, [row.cells for row in table.rows]


def sheet_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_table_has_a_header_and_its_rows():
    rows = [("<a & b>", 1), ("007", None), ("ü", 0.5), (None, -3)]

    assert read(workbook(*rows)) == (
        "Things",
        [["thing", "number"], ["<a & b>", 1.0], ["007"], ["ü", 0.5], ["", -3.0]],
    )


def test_an_empty_table_has_a_header():
    assert read(workbook(sheet='"A" & <B>')) == ('"A" & <B>', [["thing", "number"]])


def test_truth_values_and_times_are_the_texts_of_csv():
    assert read(workbook((True, datetime(2026, 3, 1, tzinfo=UTC))))[1][1] == ["true", "2026-03-01T00:00:00+00:00"]


@pytest.mark.parametrize(
    "text", ["=1+1", "https://example.com", "  two  ", "a\nb", "a\rb", "\x00\x1f", "_x0041_", "\uffff"]
)
def test_a_text_stays_what_it_is(text):
    sheet = sheet_of(workbook((text, 1)))

    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet


def test_columns_have_the_letters_of_spreadsheets():
    sheet = sheet_of(workbook(columns=[str(number) for number in range(703)]))

    assert all(f'r="{name}1"' in sheet for name in ("A", "Z", "AA", "AZ", "ZZ", "AAA"))


def test_a_text_is_cut_to_what_a_cell_can_have():
    assert sheet_of(workbook(("x" * (MAX_TEXT + 1), 1))).count("x") < MAX_TEXT + 100


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1, max_size=20))
def test_every_text_makes_a_readable_workbook(texts):
    sheet, rows = read(workbook(*[("x", text) for text in texts]))

    assert sheet == "Things"
    assert len(rows) == len(texts) + 1


def test_it_is_rendered_in_pieces_with_flat_memory():
    rows = ((f"Person {number}", number) for number in range(20_000))
    tracemalloc.start()
    pieces = [len(piece) for piece in xlsx_tables.render("Things", ["thing", "number"], rows)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(pieces) > 3
    assert max(pieces) < 4 * CHUNK
    assert peak < 2_000_000
