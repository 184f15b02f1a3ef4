"""Writing of XLSX files, row by row, with memory that does not grow. Only the worker imports it: XlsxWriter takes memory."""

from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter

OPTIONS = {
    "constant_memory": True,
    # Texts of users are texts, whatever they look like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TEXT = {"num_format": "@"}  # so that 007 stays 007 when a cell is edited
WIDTH = 24  # characters


def write(target: IO[bytes], sheet: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """Write a workbook with one sheet: a header row, which stays in view, and these rows."""
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        worksheet.set_column(0, len(columns) - 1, WIDTH, workbook.add_format(TEXT))
        worksheet.freeze_panes(1, 0)
        worksheet.write_row(0, 0, columns, workbook.add_format({"bold": True}))
        text = workbook.add_format(TEXT)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    worksheet.write_number(number, column, value)
                elif value:
                    worksheet.write_string(number, column, value, text)
