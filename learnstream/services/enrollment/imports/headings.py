"""Headings of people's spreadsheets: which row has them, and which column has what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from learnstream.integrations.spreadsheets import Cell, Row
from learnstream.integrations.unusable import Unusable
from learnstream.text import folding

LAST_ROW = 10  # in which headings are looked for


class Column(StrEnum):
    """The columns that an import knows."""

    NAME = "name"
    EMAIL = "email"
    ROLE = "role"
    GROUP = "group"
    EXTERNAL_ID = "external_id"
    PHONE = "phone"


# A row is about a person by one of these.
KEYS = {Column.EMAIL, Column.EXTERNAL_ID}
# In English, Portuguese, Russian, German and Spanish; without regard to case, accents, spaces and punctuation.
SYNONYMS = {
    Column.NAME: (
        "name, full name, display name, student, student name, learner, pupil, "
        "nome, nome completo, aluno, aluna, nome do aluno, estudante, "
        "имя, фио, полное имя, имя и фамилия, фамилия и имя, фамилия имя, фамилия имя отчество, ученик, студент, "
        "vollständiger name, vor und nachname, schüler, schülerin, schülername, teilnehmer, "
        "nombre, nombre completo, nombre y apellidos, apellidos y nombre, alumno, alumna"
    ),
    Column.EMAIL: (
        "email, mail, email address, mail address, "
        "endereço de email, correio eletrônico, correio eletrónico, "
        "почта, эл почта, электронная почта, адрес электронной почты, эл адрес, имейл, емейл, "
        "email adresse, mailadresse, "
        "correo, correo electrónico, dirección de correo, dirección de correo electrónico"
    ),
    Column.ROLE: "role, função, papel, perfil, роль, rolle, rol, función",
    Column.GROUP: "group, class, group code, turma, grupo, classe, группа, класс, gruppe, klasse, curso y grupo, clase",
    Column.EXTERNAL_ID: (
        "external id, id, student id, student number, person id, code, "
        "matrícula, nº de matrícula, número de matrícula, código, ra, id externo, "
        "код, ид, внешний id, табельный номер, номер ученика, номер студента, "
        "externe id, kennung, schülernummer, matrikelnummer, personalnummer, "
        "identificador, id del alumno"
    ),
    Column.PHONE: (
        "phone, phone number, telephone, mobile, mobile number, cell phone, "
        "telefone, celular, telemóvel, número de telefone, "
        "телефон, номер телефона, мобильный, мобильный телефон, "
        "telefon, telefonnummer, handy, handynummer, mobiltelefon, "
        "teléfono, móvil, número de teléfono"
    ),
}
APART = re.compile(r"[\W_]+")


def _key(text: str) -> str:
    return APART.sub("", folding.fold(text))


COLUMNS = {_key(synonym): column for column, synonyms in SYNONYMS.items() for synonym in synonyms.split(",")}


class UnusableTable(Unusable):
    """A spreadsheet without the headings that an import needs."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The number of the row with the headings, the columns by their place, and the headings that mean nothing here."""

    row: int
    columns: dict[int, Column]
    ignored: list[str]

    def are(self, row: Row) -> bool:
        """True if a row repeats the headings, as at the top of each printed page."""
        return all(recognize(row.cells[place]) == column for place, column in self._in(row))

    def pick(self, row: Row) -> dict[Column, Cell]:
        """Return the cells of the columns that are recognized."""
        return {column: row.cells[place] for place, column in self._in(row)}

    def _in(self, row: Row) -> list[tuple[int, Column]]:
        return [(place, column) for place, column in self.columns.items() if place < len(row.cells)]


def recognize(cell: Cell) -> Column | None:
    """Return what a heading means; None if it is none of ours."""
    return COLUMNS.get(_key(cell)) if isinstance(cell, str) else None


def find(rows: Iterable[Row]) -> Headings:
    """Find the headings among the first rows: the row that has most of them, the first of several.

    Raises:
        UnusableTable: no row has a heading by which people are known, or it has one twice.
    """
    candidates = [_headings(row) for row in rows if row.number <= LAST_ROW]
    best = max(candidates, key=lambda each: len(set(each.columns.values())), default=None)
    if best is None or not best.columns:
        raise UnusableTable(
            "no_heading", f"None of the first {LAST_ROW} rows has headings such as name, email and external_id."
        )
    found = list(best.columns.values())
    for column in Column:
        if found.count(column) > 1:
            raise UnusableTable("duplicate_column", f"Row {best.row} has more than one column for {column.value}.")
    if not KEYS & set(found):
        raise UnusableTable("missing_column", f"The headings in row {best.row} have neither email nor external_id.")
    return best


def _headings(row: Row) -> Headings:
    columns = {place: column for place, cell in enumerate(row.cells) if (column := recognize(cell))}
    texts = (
        " ".join(cell.split()) for place, cell in enumerate(row.cells) if place not in columns and isinstance(cell, str)
    )
    return Headings(row.number, columns, [text for text in texts if text])
