"""Facts of an XLSX file that python-calamine does not report: the part of a sheet, its extent, and its broken cells.

How far it extends has to be known before: python-calamine allocates all cells between the first and the last.
"""

import posixpath
import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from learnstream.integrations.calamine.archive import BROKEN
from learnstream.integrations.unusable import Unusable

REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
CHUNK = 64 * 1024

Start = Callable[[str, dict[str, str]], None]


def first_visible(archive: ZipFile) -> tuple[str, str]:
    """Return the name of the first worksheet that is not hidden, and that of its part of the archive."""
    targets: dict[str, str] = {}
    sheets: list[dict[str, str]] = []

    def relationship(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            sheets.append(attributes)

    _parse(archive, "xl/_rels/workbook.xml.rels", relationship)
    _parse(archive, "xl/workbook.xml", sheet)
    for each in sheets:
        part = targets.get(each.get(f"{RELATIONSHIPS} id") or each.get(f"{STRICT_RELATIONSHIPS} id", ""))
        if part:
            return each["name"], part
    raise Unusable("no_visible_sheet")


class Extent:
    """The extent of a sheet's cells, counted from 1, and those of them that have no value to read.

    `broken` maps row and column, from 0, to a cell as `Sheet` has it. Cells that have only a format do not count.
    """

    def __init__(self, archive: ZipFile, part: str, limits: dict[str, int]) -> None:
        self.limits = limits
        self.rows = 0
        self.broken: dict[int, dict[int, Any]] = {}
        self._row = self._column = 0
        self._type = self._text = ""
        self._has: set[str] = set()
        _parse(archive, part, self._start, self._end, self._characters)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._begin_row(int(attributes.get("r", self._row + 1)))
        elif name == "c":
            self._begin_cell(attributes.get("r"))
            self._type, self._text, self._has = attributes.get("t", "n"), "", set()
        elif name in ("v", "f", "is"):
            self._has.add(name)
            self._text = ""

    def _begin_row(self, number: int) -> None:
        if number <= self._row:
            # python-calamine relies on their order.
            raise Unusable("unreadable")
        self._row, self._column = number, 0

    def _begin_cell(self, reference: str | None) -> None:
        self._column += 1
        if reference:
            found = REFERENCE.fullmatch(reference)
            if not found or int(found[2]) != self._row:
                raise Unusable("unreadable")
            self._column = _column(found[1])

    def _characters(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        if name != "c" or not self._has:
            return
        if self._row > self.limits["rows"]:
            raise Unusable("too_many_rows")
        if self._column > self.limits["columns"]:
            raise Unusable("too_many_columns")
        self.rows = self._row
        if broken := self._broken():
            self.broken.setdefault(self._row - 1, {})[self._column - 1] = broken

    def _broken(self) -> dict[str, str] | None:
        if self._type == "e":
            return {"error": self._text[:50]}
        # The value of a formula that results in an empty text is empty as well.
        if "f" in self._has and self._type != "str" and not ("v" in self._has and self._text):
            return {"uncalculated": ""}
        return None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _parse(archive: ZipFile, part: str, start: Start, end: Any = None, characters: Any = None) -> None:
    """Call the functions for elements and texts of a part; they get names without their namespace."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    parser.EndElementHandler = end and (lambda name: end(name.rpartition(" ")[2]))
    parser.CharacterDataHandler = characters
    try:
        with archive.open(part) as data:
            while chunk := data.read(CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
    # Besides the parser's own errors: what is missing, or is no number.
    except (expat.ExpatError, KeyError, *BROKEN):
        raise Unusable("unreadable") from None
