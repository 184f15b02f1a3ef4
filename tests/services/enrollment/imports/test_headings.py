import pytest

from learnstream.integrations.spreadsheets import Kind, Special
from learnstream.services.enrollment.imports import headings
from learnstream.services.enrollment.imports.headings import COLUMNS, LAST_ROW, SYNONYMS, Column, UnusableTable
from tests.services.enrollment.imports.reading import numbered

NAME, EMAIL, EXTERNAL_ID = Column.NAME, Column.EMAIL, Column.EXTERNAL_ID


def refused(*rows):
    with pytest.raises(UnusableTable) as error:
        headings.find(numbered(*rows))
    return error.value.code


@pytest.mark.parametrize(
    "cells",
    [
        ["Name", "E-mail", "External ID"],
        ["  NOME ", "e-mail:", "Matrícula"],
        ["ФИО", "Электронная почта", "Код"],
        ["Vor- und Nachname", "E-Mail-Adresse", "Schülernummer"],
        ["Apellidos y nombre", "Correo electrónico", "ID"],
        ["\u200bname\u00a0", "E\u2011Mail", "external_id"],
    ],
)
def test_headings_are_known_in_five_languages(cells):
    assert headings.find(numbered(cells)).columns == {0: NAME, 1: EMAIL, 2: EXTERNAL_ID}


def test_no_synonym_has_two_meanings():
    assert len(COLUMNS) == len({(key, column) for key, column in COLUMNS.items()})
    for column, synonyms in SYNONYMS.items():
        assert {headings.recognize(synonym) for synonym in synonyms.split(",")} == {column}


@pytest.mark.parametrize("before", [0, 2, LAST_ROW - 1])
def test_the_heading_may_follow_titles(before):
    titles = [["School list"], [], ["E-mail", "office@school.example"]][:before]
    blank = [[]] * (before - len(titles))

    found = headings.find(numbered(*titles, *blank, ["email", "Birthday", "name"], ["ana@example.com", "", "Ana"]))

    assert (found.row, found.columns, found.ignored) == (before + 1, {0: EMAIL, 2: NAME}, ["Birthday"])


def test_a_heading_below_the_tenth_row_is_none():
    assert refused(*[["x"]] * LAST_ROW, ["name", "email"]) == "no_heading"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_heading"),
        ([["Ana", "ana@example.com"]], "no_heading"),
        ([[7.0, True, Special(Kind.DATE, "2026-01-02")]], "no_heading"),
        ([["name", "group"]], "missing_column"),
        ([["name", "email", "E-Mail"]], "duplicate_column"),
    ],
)
def test_a_table_without_usable_headings_is_refused(rows, code):
    assert refused(*rows) == code
