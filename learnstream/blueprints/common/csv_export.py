"""CSV export: streamed, so that memory use does not grow with the table. See `learnstream.text.csv_tables`."""

from collections.abc import Iterable
from itertools import chain

from flask import Response, stream_with_context

from learnstream.text import csv_tables
from learnstream.text.csv_tables import Row

MIMETYPE = "text/csv"
DESCRIPTION = (
    "A table with a header row (RFC 4180, UTF-8 with a byte-order mark, every text quoted). Wherever a "
    "spreadsheet could begin a formula, whatever its separator, an apostrophe is inserted."
)


def stream_csv(name: str, columns: Row, rows: Iterable[Row]) -> Response:
    """Return a response that streams the rows as `name`.csv, generating them as they are sent."""
    first = next(found := iter(rows), None)
    # Failures before the first row become an error response; later ones can only truncate the response.
    given = found if first is None else chain([first], found)
    response = Response(stream_with_context(csv_tables.render(columns, given)), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
