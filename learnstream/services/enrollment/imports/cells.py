"""Cells of people's spreadsheets: each kind of column has its own rule, and its own words for what breaks it."""

import re
from collections.abc import Callable
from typing import Any

from learnstream.integrations.spreadsheets import Cell, Kind, Special
from learnstream.models import Role
from learnstream.models.user import MAX_EXTERNAL_ID, MAX_NAME
from learnstream.services.enrollment.imports.headings import Column
from learnstream.text import csv_tables, display, email_address, folding

MAX_EMAIL, MAX_GROUP = 254, 100  # characters
# Spaces of all widths become one; these, which have none, are dropped: copied from web pages and word processors.
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# These belong into the words of some scripts, so that they are dropped at the ends only, and from addresses and numbers.
JOINERS = "\u200c\u200d\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
ENDS = re.compile(f"^[\\s{JOINERS}]+|[\\s{JOINERS}]+$")
ANYWHERE = re.compile(f"[{JOINERS}]")
# 1234567 as spreadsheet programs abbreviate it: digits are lost.
ABBREVIATED = re.compile(r"[0-9]+[.,]?[0-9]*[Ee]\+[0-9]+")
PHONE_SEPARATORS = re.compile(r"[ ()./\u2010-\u2015-]")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# In the languages of the headings.
ROLES = {
    Role.STUDENT: "student learner pupil aluno aluna estudante ученик ученица студент студентка schüler schülerin "
    "teilnehmer alumno alumna",
    Role.INSTRUCTOR: "instructor teacher professor professora docente преподаватель учитель учительница lehrer lehrerin "
    "lehrkraft profesor profesora",
    Role.ADMIN: "admin administrator administrador administradora администратор",
}
ROLE_WORDS = {folding.fold(word): role for role, words in ROLES.items() for word in words.split()}


class Invalid(Exception):
    """A cell breaks a rule: `code` for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


SPECIAL = {
    Kind.DATE: ("date_not_text", "The cell is a date. Format the column as text, and type the value again."),
    Kind.ERROR: ("error_cell", "The formula in the cell results in an error."),
    Kind.UNCALCULATED: (
        "formula_without_value",
        "The formula in the cell was never calculated. Open the file in a spreadsheet program, and save it again.",
    ),
    Kind.TOO_LONG: ("too_long", "The text is too long."),
}


def parse(column: Column, cell: Cell) -> Any:
    """Return the value of a cell: None if it is empty, else a text, for `role` a Role.

    Raises:
        Invalid: it breaks the rule of its column.
    """
    text = _text(column, cell)
    return RULES[column](text) if text else None


def shown(cell: Cell) -> str:
    """Return what a cell shows, for messages: on one line, and not too long."""
    text = cell.text if isinstance(cell, Special) else f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return display.one_line(text, 100)


def _text(column: Column, cell: Cell) -> str:
    if isinstance(cell, Special):
        raise Invalid(*SPECIAL[cell.kind])
    if isinstance(cell, str):
        return _line(csv_tables.restore(cell))
    if column is Column.GROUP and type(cell) is float and cell.is_integer():
        return str(int(cell))
    raise Invalid(
        "number_not_text",
        "The cell is a number, in which leading zeros are lost. Format the column as text, and type the value again.",
    )


def clean(text: str) -> str:
    """Return a text without padding and invisible characters, and with single spaces."""
    return folding.compose(" ".join(ENDS.sub("", INVISIBLE.sub("", text)).split()))


def _line(text: str) -> str:
    if display.UNPRINTABLE.search(ENDS.sub("", text)):
        raise Invalid("control_characters", "The text has line breaks or control characters.")
    return clean(text)


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Invalid("too_long", f"The text is longer than {limit} characters.")
    return text


def _name(text: str) -> str:
    return _bounded(text, MAX_NAME)


def _email(text: str) -> str:
    try:
        return email_address.normalize(_bounded(ANYWHERE.sub("", text), MAX_EMAIL))
    except ValueError as error:
        raise Invalid("invalid_email", str(error)) from None


def _role(text: str) -> Role:
    role = ROLE_WORDS.get(folding.fold(text))
    if role is None:
        raise Invalid("unknown_role", "Must be student, instructor or admin.")
    return role


def _group(text: str) -> str:
    return _bounded(text, MAX_GROUP)


def _external_id(text: str) -> str:
    if ABBREVIATED.fullmatch(text):
        raise Invalid(
            "number_not_text",
            "A spreadsheet program has abbreviated the number. Format the column as text, and type the value again.",
        )
    return _bounded(ANYWHERE.sub("", text), MAX_EXTERNAL_ID)


def _phone(text: str) -> str:
    digits = PHONE_SEPARATORS.sub("", ANYWHERE.sub("", text))
    if not PHONE.fullmatch(digits):
        raise Invalid("invalid_phone", "Must be a phone number with its country code, like +49 30 901820.")
    return digits


RULES: dict[Column, Callable[[str], Any]] = {
    Column.NAME: _name,
    Column.EMAIL: _email,
    Column.ROLE: _role,
    Column.GROUP: _group,
    Column.EXTERNAL_ID: _external_id,
    Column.PHONE: _phone,
}
