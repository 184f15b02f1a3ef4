import pytest

from learnstream.integrations.spreadsheets import Kind, Special
from learnstream.models import Role
from learnstream.services.enrollment.imports.people import Person
from tests.services.enrollment.imports.reading import entries, errors

HEADINGS = ["name", "email", "role", "group", "external_id", "phone"]
ANA = ["Ana", "ana@example.com"]


def test_a_row_is_a_person():
    [entry] = entries(HEADINGS, ["Ana", "ana@EXAMPLE.com", "Professora", "7B", "007", "+49 (30) 90-18 20"])

    assert entry.errors == ()
    assert entry.person == Person(2, "Ana", "ana@example.com", Role.INSTRUCTOR, "7B", "007", "+4930901820")


def test_padding_and_invisible_characters_are_dropped():
    [entry] = entries(
        HEADINGS, ["\u00a0Ana\u2003 da\u00a0Silva\ufeff ", " \u200bana@example.com\u200e", "", "", "0\u200d07 "]
    )

    assert entry.person == Person(2, "Ana da Silva", "ana@example.com", external_id="007")


def test_names_keep_the_joiners_of_their_script():
    [entry] = entries(HEADINGS, ["می\u200cروم", "mina@example.com"])

    assert entry.person.name == "می\u200cروم"


def test_empty_rows_and_repeated_headings_are_nobody():
    rows = [
        HEADINGS,
        ANA,
        [" ", "\u00a0", "\u200b"],
        HEADINGS,
        ["", "", "", "", "", "", "only a remark"],
        ["Rui", "rui@example.com"],
    ]

    assert [entry.person.row for entry in entries(*rows)] == [2, 6]


def test_empty_cells_say_nothing():
    [entry] = entries(HEADINGS, ["", "ana@example.com", "  "])

    assert entry.person == Person(2, email="ana@example.com")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("external_id", 7.0, "number_not_text"),
        ("external_id", "1,23457E+11", "number_not_text"),
        ("external_id", True, "number_not_text"),
        ("external_id", "x" * 65, "too_long"),
        ("phone", 4930901820.0, "number_not_text"),
        ("phone", "030 901820", "invalid_phone"),
        ("group", 7.5, "number_not_text"),
        ("group", Special(Kind.DATE, "2026-10-05"), "date_not_text"),
        ("name", Special(Kind.ERROR, "#DIV/0!"), "error_cell"),
        ("name", Special(Kind.UNCALCULATED, ""), "formula_without_value"),
        ("name", Special(Kind.TOO_LONG, "Ana"), "too_long"),
        ("name", "x" * 101, "too_long"),
        ("name", "Ana\nSilva", "control_characters"),
        ("name", "Ana\x00", "control_characters"),
        ("email", "ana@example", "invalid_email"),
        ("email", "ana@example.com, rui@example.com", "invalid_email"),
        ("email", "a" * 250 + "@example.com", "too_long"),
        ("role", "headmaster", "unknown_role"),
    ],
)
def test_a_bad_cell_is_named(column, cell, code):
    row = [{"name": "Ana", "email": "ana@example.com", column: cell}.get(each, "") for each in HEADINGS]

    assert errors(HEADINGS, row) == [(2, column, code)]


def test_a_class_may_be_a_whole_number():
    [entry] = entries(HEADINGS, [*ANA, "", 7.0])

    assert entry.person.group == "7"


def test_all_errors_of_a_row_are_told_with_what_its_cells_show():
    [entry] = entries(HEADINGS, ["Ana", "ana", "boss", "", 123456789012.0])

    assert [(error.column, error.value) for error in entry.errors] == [
        ("email", "ana"),
        ("role", "boss"),
        ("external_id", "123456789012"),
    ]
    assert all(error.row == 2 and len(error.message) > 10 for error in entry.errors)
    assert entry.person == Person(2, "Ana")


def test_a_row_needs_an_address_or_an_id():
    assert errors(HEADINGS, ["Ana"], ["", "", "", "", "7A"]) == [(2, "email", "required")]


def test_errors_in_other_columns_do_not_matter():
    assert errors([*HEADINGS, "Born"], [*ANA, "", "", "", "", Special(Kind.ERROR, "#REF!")]) == []


def test_the_first_of_two_rows_about_a_person_counts():
    rows = [
        [*ANA, "", "", "007"],
        ["Ana S", "ANA@example.com"],
        ["Ana", "other@example.com", "", "", "007"],
        ["Rui", "other@example.com"],
    ]

    assert errors(HEADINGS, *rows) == [(3, "email", "duplicate_row"), (4, "external_id", "duplicate_row")]


def test_a_bad_row_is_not_the_first():
    assert errors(HEADINGS, [*ANA, "boss"], ANA) == [(2, "role", "unknown_role")]
