"""CSV exports. See `learnstream.text.csv_tables`."""

from collections.abc import Iterable

from flask import Response

from learnstream.blueprints.common.table_export import stream_table
from learnstream.text import csv_tables
from learnstream.text.csv_tables import Row

MIMETYPE = "text/csv"
DESCRIPTION = (
    "A table with a header row (RFC 4180, UTF-8 with a byte-order mark, every text quoted). Wherever a "
    "spreadsheet could begin a formula, whatever its separator, an apostrophe is inserted."
)


def stream_csv(name: str, columns: Row, rows: Iterable[Row]) -> Response:
    """Return a response that streams the rows as `name`.csv."""
    return stream_table(f"{name}.csv", MIMETYPE, lambda given: csv_tables.render(columns, given), rows)
