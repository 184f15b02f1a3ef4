"""XLSX tables: one sheet with a header row, written piece by piece.

With the standard library alone: XlsxWriter would take 5 MB of each web worker's memory.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from learnstream.text.csv_tables import Row

MAX_TEXT = 32_767  # characters that a cell can have
CHUNK = 16 * 1024  # bytes rendered at a time
TEXT, BOLD = 1, 2  # styles, by their places in `cellXfs`
# What XML cannot contain, carriage returns, which it would not keep, and texts that look like such an escape.
ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = "http://schemas.openxmlformats.org"
MAIN = f"{FORMATS}/spreadsheetml/2006/main"
RELATIONS = f"{FORMATS}/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{FORMATS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    # Texts have the format "@" (49), so that 007 stays 007 when a cell is edited.
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>',
}


class _Target(io.RawIOBase):
    """What an archive is written to, and taken from again in pieces."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def take(self, at_least: int = 1) -> Iterator[bytes]:
        if len(self._written) >= at_least:
            yield bytes(self._written)
            self._written.clear()


def render(sheet: str, columns: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a workbook in pieces. `sheet` is the name of its sheet: up to 31 characters, without `[]:*?/\\`."""
    target = _Target()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**PARTS, "xl/workbook.xml": _workbook(sheet)}.items():
            archive.writestr(name, XML + part)
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for piece in _sheet(columns, rows):
                entry.write(piece.encode())
                yield from target.take(CHUNK)
    yield from target.take()


def _workbook(sheet: str) -> str:
    name = escape(sheet, {'"': "&quot;"})
    sheets = f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheets}</workbook>'


def _sheet(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
    yield f'<cols><col min="1" max="{len(columns)}" width="24" style="{TEXT}" customWidth="1"/></cols><sheetData>'
    yield _row(1, columns, BOLD)
    for number, row in enumerate(rows, 2):
        yield _row(number, row, TEXT)
    yield "</sheetData></worksheet>"


def _row(number: int, values: Row, style: int) -> str:
    cells = (_cell(f"{_letters(place)}{number}", value, style) for place, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(place: int) -> str:
    """Return the letters of a column: A to Z, AA, AB and so on."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _cell(name: str, value: Any, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{name}"><v>{value}</v></c>'
    # A text is a text, whatever it looks like: no formula, no link.
    text = ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", _text(value)[:MAX_TEXT])
    return f'<c r="{name}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
