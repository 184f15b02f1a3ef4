"""XLSX exports. See `learnstream.text.xlsx_tables`."""

from collections.abc import Iterable

from flask import Response

from learnstream.blueprints.common.table_export import stream_table
from learnstream.services.media.file_purposes import XLSX as MIMETYPE
from learnstream.text import xlsx_tables
from learnstream.text.csv_tables import Row

DESCRIPTION = (
    "A workbook with one sheet, whose first row has the headings. Texts are texts: it has no formulas and links."
)


def stream_xlsx(name: str, columns: Row, rows: Iterable[Row]) -> Response:
    """Return a response that streams the rows as `name`.xlsx, on a sheet of that name."""
    return stream_table(f"{name}.xlsx", MIMETYPE, lambda given: xlsx_tables.render(name, columns, given), rows)
