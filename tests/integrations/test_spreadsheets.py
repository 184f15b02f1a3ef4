import codecs
import random
import resource
import zipfile
from itertools import pairwise

import pytest

from learnstream.integrations import spreadsheets
from learnstream.integrations.isolation import Bounds, Interrupted
from learnstream.integrations.spreadsheets import BOUNDS, Kind, Row, Special
from learnstream.integrations.unusable import Unusable
from tests.spreadsheets import MAIN, SHEET, damaged, people, row, understate, xlsx, zipped

MEMBERS = row(1, "name", "email") + row(2, "Ana", "ana@example.com")
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in pairwise("abcdefghij"))
)
# So large when compressed that the parser reads it in several pieces.
NOISE = "".join(row(number, random.Random(number).randbytes(200).hex()) for number in range(1, 200))
REPEATED = '<table-row number-rows-repeated="1048576"><table-cell number-columns-repeated="16384"/></table-row>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def rows_of(data):
    with spreadsheets.read([data]) as table:
        return list(table.rows)


def cells_of(data):
    return [row.cells for row in rows_of(data)]


def refusal(data, bounds=BOUNDS):
    with pytest.raises(Unusable) as error, spreadsheets.read([data], bounds=bounds):
        pass
    return error.value.code


def test_libreoffices_file_is_read_as_it_shows_it():
    with spreadsheets.read([people("libreoffice.xlsx")]) as table:
        rows = list(table.rows)

    assert table.sheet == "Turma A"
    assert rows == [
        Row(1, ["Escola Municipal"]),
        Row(3, ["Matrícula", "  E-MAIL ", "Nome completo", "Turma", "Nascimento"]),
        Row(4, ["007", "ana@example.com", "Ana Conceição", 7.0, Special(Kind.DATE, "2010-05-01")]),
        Row(5, [8.0, "rui@example.com", "Rui Alves", Special(Kind.DATE, "2026-10-05")]),
        Row(6, ["009", "eva@example.com", Special(Kind.ERROR, "#DIV/0!")]),
    ]


def test_formulas_that_were_never_calculated_are_told_from_empty_cells():
    uncalculated = Special(Kind.UNCALCULATED, "")

    assert cells_of(people("openpyxl.xlsx"))[1] == [uncalculated, "paz@example.com", uncalculated, "2B"]


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("sheetjs.xlsx", ["Anna Müller", "anna@example.com", "007", "+4930901820"]),
        ("exceljs.xlsx", ["Anna Müller", "anna@example.com", "007"]),
    ],
)
def test_files_of_other_libraries_are_read(name, second):
    assert cells_of(people(name))[1] == second


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "second"),
    [
        ("windows-1251.csv", "cp1251", ";", ["0017", "Иванова Мария", "maria@example.com", "7Б"]),
        ("utf-16.csv", "utf-16-le", "\t", ["0017", "Иванова Мария", "maria@example.com", "7Б"]),
        ("windows-1252.csv", "cp1252", ";", ["João Conceição", "joao@example.com", "aluno"]),
    ],
)
def test_the_encoding_and_delimiter_of_csv_are_told(name, encoding, delimiter, second):
    with spreadsheets.read([people(name)]) as table:
        assert (table.encoding, table.delimiter) == (encoding, delimiter)
        assert list(table.rows)[1].cells == second


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + "nome,e-mail\r\nJosé,jose@example.com\r\n".encode(),
        codecs.BOM_UTF16_BE + "nome\te-mail\nJosé\tjose@example.com".encode("utf-16-be"),
        "nome;e-mail\nJosé;jose@example.com".encode("utf-16-le"),
        'sep=;\n"nome";"e-mail"\r"José";jose@example.com'.encode(),
    ],
)
def test_csv_of_many_programs_is_the_same(data):
    assert rows_of(data) == [Row(1, ["nome", "e-mail"]), Row(2, ["José", "jose@example.com"])]


def test_delimiters_inside_of_texts_do_not_count():
    data = b'School\n\nname;email\n"Silva, Ana; Dr";ana@example.com\n"Paz, Rui";rui@example.com\n'

    assert cells_of(data)[2] == ["Silva, Ana; Dr", "ana@example.com"]
    assert rows_of(data)[1].number == 3


def test_texts_of_several_lines_are_cells():
    data = b'name;email;remark\n"Silva; Ana";ana@example.com;"First\nand; second"\nRui;rui@example.com;\n'

    assert cells_of(data)[1:] == [
        ["Silva; Ana", "ana@example.com", "First\nand; second"],
        ["Rui", "rui@example.com"],
    ]


def test_one_column_needs_no_delimiter():
    assert cells_of(b"email\nana@example.com\n") == [["email"], ["ana@example.com"]]


def test_empty_rows_and_cells_cost_nothing():
    formatted = "".join(f'<row r="{number}"><c s="0"/></row>' for number in range(3, 200_000))

    assert rows_of(xlsx(MEMBERS + formatted)) == [Row(1, ["name", "email"]), Row(2, ["Ana", "ana@example.com"])]


@pytest.mark.parametrize("extent", ["A1:A1", "A1:XFD1048576"])
def test_a_false_extent_is_ignored(extent):
    sheet = f'<worksheet {MAIN}><dimension ref="{extent}"/><sheetData>{MEMBERS}</sheetData></worksheet>'

    assert cells_of(xlsx(parts={SHEET: sheet})) == [["name", "email"], ["Ana", "ana@example.com"]]


def test_a_merged_heading_is_that_of_its_first_column():
    merged = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    heading = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1"/></row>'
    sheet = f"<worksheet {MAIN}><sheetData>{heading}{row(2, 'Ana', 'Lima')}</sheetData>{merged}</worksheet>"

    assert cells_of(xlsx(parts={SHEET: sheet})) == [["name"], ["Ana", "Lima"]]


def test_cells_far_from_the_corner_keep_their_place():
    far = '<row r="5"><c r="D5"><v>2.5</v></c><c r="F5" t="e"><v>#N/A</v></c></row>'

    assert rows_of(xlsx(far)) == [Row(5, ["", "", "", 2.5, "", Special(Kind.ERROR, "#N/A")])]


def test_an_error_below_all_values_is_not_lost():
    assert rows_of(xlsx(MEMBERS + '<row r="4"><c t="e"><v>#REF!</v></c></row>'))[2] == Row(
        4, [Special(Kind.ERROR, "#REF!")]
    )


def test_a_text_that_is_too_long_is_told():
    long = Special(Kind.TOO_LONG, "x" * 50)

    assert cells_of(b"x" * 1001) == [[long]]
    assert cells_of(b"name,remark\nAna," + b"x" * 200_000 + b"\nRui") == [["name", "remark"], ["Ana", long], ["Rui"]]


def test_the_first_rows_are_shown_before_all_are_read():
    with spreadsheets.read([b"a\nb\nc"]) as table:
        first, whole = spreadsheets.preview(table, 2)

        assert [row.cells for row in first] == [["a"], ["b"]]
        assert [row.cells for row in whole.rows] == [["a"], ["b"], ["c"]]


HOSTILE = {
    "a password": (people("locked.xlsx"), "password_protected"),
    "XLS": (people("libreoffice.xls"), "old_format"),
    "ODS": (people("libreoffice.ods"), "old_format"),
    "a row bomb of ODS": (zipped({"mimetype": "x", "content.xml": REPEATED}), "old_format"),
    "XLSB": (people("sheetjs.xlsb"), "old_format"),
    "macros": (xlsx(MEMBERS, {"xl/vbaProject.bin": b"x"}), "macros"),
    "an archive": (understate(xlsx(), SHEET, 1).replace(b"workbook", b"workbxxk"), "not_a_spreadsheet"),
    "HTML named XLS": (b"<html><table><tr><td>Ana</td></tr></table></html>", "not_a_spreadsheet"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "not_a_spreadsheet"),
    "a document": (b"%PDF-1.7\nname;email", "not_a_spreadsheet"),
    "NUL": (b"name;email\nAna\0;ana@example.com", "not_a_spreadsheet"),
    "the last cell": (xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "too_many_rows"),
    "the last column": (xlsx('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "too_many_columns"),
    "many rows": (xlsx("".join(row(number, "x") for number in range(1, 20_002))), "too_many_rows"),
    "many rows of CSV": (b"x\n" * 20_001, "too_many_rows"),
    "many columns of CSV": (b"x," * 101, "too_many_columns"),
    "a row bomb": (xlsx("<row><c><v>1</v></c></row>" * 2_000_000), "too_large"),
    "a bomb of texts": (xlsx(MEMBERS, {"xl/sharedStrings.xml": bytes(51_000_000)}), "too_large"),
    "many entries": (xlsx(MEMBERS, {f"{number}.xml": "" for number in range(501)}), "too_large"),
    "a size that lies": (understate(xlsx(MEMBERS, {SHEET: bytes(60_000_000)}), SHEET, 100), "unreadable"),
    "external entities": (xlsx(MEMBERS, {"xl/sharedStrings.xml": f"{DOCTYPE}<sst>&a;</sst>"}), "unsafe_xml"),
    "a billion laughs": (
        xlsx(MEMBERS, {"xl/sharedStrings.xml": f"{LAUGHS}<sst><si><t>&j;</t></si></sst>"}),
        "unsafe_xml",
    ),
    "entities in UTF-16": (xlsx(MEMBERS, {SHEET: f"{DOCTYPE}<x/>".encode("utf-16")}), "unsafe_xml"),
    "half of a file": (people("sheetjs.xlsx")[:4000], "unreadable"),
    "a damaged beginning": (damaged(xlsx(MEMBERS), SHEET, 0), "unreadable"),
    "a damaged end": (damaged(xlsx(NOISE), SHEET, 8_000), "unreadable"),
    "another compression": (zipped({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_BZIP2), "unreadable"),
    "half of a sheet": (xlsx(MEMBERS, {SHEET: "<worksheet><sheetData>"}), "unreadable"),
    "rows in disorder": (xlsx(row(2, "x") + row(1, "y")), "unreadable"),
    "a cell of another row": (xlsx('<row r="1"><c r="A1048576"><v>1</v></c></row>'), "unreadable"),
    "hidden sheets": (
        xlsx(MEMBERS, {"xl/workbook.xml": '<workbook><sheets><sheet name="a" state="hidden"/></sheets></workbook>'}),
        "no_visible_sheet",
    ),
    "half of UTF-8": ("имя;почта\nЮлия;julia".encode() + b"\xd0", "unknown_encoding"),
    "half of UTF-16": (codecs.BOM_UTF16_LE + "имя".encode("utf-16-le") + b"\x04", "unknown_encoding"),
    "rows joined by quotes": (b'name;email\n"Ana;a@x.org\nRui;r@x.org\nEva";e@x.org\nUte;u@x.org', "broken_quotes"),
    "addresses joined by quotes": (b'email\n"a@x.org\nr@x.org"\ne@x.org', "broken_quotes"),
    "open quotes": (b'name;email\n"Ana;ana@example.com\nRui;rui@example.com', "broken_quotes"),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_its_word(data, code):
    assert refusal(data) == code
    assert len(spreadsheets.REASONS[code]) > 20


def test_every_reason_has_its_file():
    assert {code for _, code in HOSTILE.values()} | {"too_complex"} == spreadsheets.REASONS.keys()


@pytest.mark.parametrize(
    "data",
    [
        (b"x" * 999 + b"\n") * 20_000,
        xlsx(MEMBERS, {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 40_000_000}</t></si></sst>"}),
    ],
    ids=["refused", "aborted"],
)
def test_a_file_that_takes_too_much_memory_costs_itself_alone(data):
    little = Bounds(memory=64 * 2**20, output=2**26, cpu_seconds=5, seconds=20)

    assert refusal(data, little) == "too_large"


def test_a_file_that_takes_too_much_time_is_told():
    once = Bounds(memory=2**29, output=2**20, cpu_seconds=1, seconds=20)

    assert refusal(xlsx("<row><c/></row>" * 2_000_000), once) == "too_complex"


def test_rows_that_exceed_the_output_are_taken_back():
    assert refusal(b"abcdefgh\n" * 10_000, Bounds(2**29, output=50_000, cpu_seconds=5, seconds=20)) == "too_large"


def test_a_busy_machine_says_nothing_of_the_file():
    with pytest.raises(Interrupted), spreadsheets.read([b"email"], bounds=Bounds(2**29, 2**20, 5, seconds=0.001)):
        pass


def test_the_reader_takes_no_memory_of_its_caller():
    data = xlsx("".join(row(number, "Ana", "ana@example.com", "x" * 900) for number in range(1, 20_001)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with spreadsheets.read(data[start : start + 65536] for start in range(0, len(data), 65536)) as table:
        assert sum(1 for _ in table.rows) == 20_000

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 5_000  # kB
