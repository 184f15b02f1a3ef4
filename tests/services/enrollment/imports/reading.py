"""Reading of the rows of a table, as the import does."""

from learnstream.integrations.spreadsheets import Row
from learnstream.services.enrollment.imports import headings, people


def numbered(*rows):
    """Return rows of cells with their numbers; an empty one is skipped, as in spreadsheets that were read."""
    return [Row(number, list(cells)) for number, cells in enumerate(rows, 1) if cells]


def entries(*rows):
    table = numbered(*rows)
    return list(people.read(table, headings.find(table)))


def errors(*rows):
    return [(error.row, error.column, error.code) for entry in entries(*rows) for error in entry.errors]
