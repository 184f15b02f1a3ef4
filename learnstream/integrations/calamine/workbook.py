"""XLSX files: values by python-calamine, and the cells that it leaves out."""

import io
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook

from learnstream.integrations.calamine import sheet_xml
from learnstream.integrations.calamine.sheet import Sheet
from learnstream.integrations.unusable import Unusable


def read(data: bytes, archive: ZipFile, limits: dict[str, int]) -> Sheet:
    """Read the first visible sheet of an XLSX file whose archive has been checked.

    Raises:
        Unusable: it is broken, has no visible sheet or exceeds the limits.
    """
    name, part = sheet_xml.first_visible(archive)
    extent = sheet_xml.Extent(archive, part, limits)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
    except MemoryError:
        raise
    # Its errors have many types; those of Rust are not even an Exception.
    except BaseException:
        raise Unusable("unreadable") from None
    return Sheet(_rows(sheet, extent), {"sheet": name})


def _rows(sheet: CalamineSheet, extent: sheet_xml.Extent) -> Iterator[tuple[int, list[Any]]]:
    top, left = sheet.start or (0, 0)
    values = iter(sheet.to_python(skip_empty_area=True))
    for number in range(extent.rows):
        cells = [""] * left + [_plain(value) for value in next(values, [])] if number >= top else []
        for column, broken in extent.broken.get(number, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = broken
        yield number + 1, cells


def _plain(value: Any) -> Any:
    if isinstance(value, date | time | timedelta):
        return {"date": str(value)}
    return value
