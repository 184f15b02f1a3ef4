"""Checks of an XLSX file's archive before anything of it is unpacked."""

import io
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from learnstream.integrations.unusable import Unusable

PROLOG = 4096  # bytes in which an XML document declares its entities
# Besides its own errors, zipfile raises these for headers that make no sense, and for damaged data.
BROKEN = (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error)
# Of ODS, XLSB and the like, beside which `xl/workbook.xml` is missing.
OTHER_FORMATS = ("mimetype", "xl/workbook.bin", "content.xml")


def check(data: bytes, limits: dict[str, int]) -> ZipFile:
    """Return the archive of an XLSX file.

    Raises:
        Unusable: it is that of another format, or has macros, too many bytes or entities of XML.
    """
    try:
        archive = ZipFile(io.BytesIO(data))
        _check_names([entry.filename.casefold() for entry in archive.infolist()], limits["entries"])
        # The other methods have errors of their own, and no spreadsheet program uses them.
        if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in archive.infolist()):
            raise Unusable("unreadable")
        if sum(entry.file_size for entry in archive.infolist()) > limits["unpacked"]:
            raise Unusable("too_large")
        for name in archive.namelist():
            _check_prolog(archive, name)
    except BROKEN:
        raise Unusable("unreadable") from None
    return archive


def _check_names(names: list[str], most: int) -> None:
    if len(names) > most:
        raise Unusable("too_large")
    # Of two entries with one name, the checks could see the other than the reader.
    if len(set(names)) < len(names):
        raise Unusable("unreadable")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unusable("macros")
    if "xl/workbook.xml" not in names:
        raise Unusable("old_format" if any(name in names for name in OTHER_FORMATS) else "not_a_spreadsheet")


def _check_prolog(archive: ZipFile, name: str) -> None:
    if name.endswith((".xml", ".rels")):
        with archive.open(name) as part:
            # In UTF-16 there is a NUL beside each letter.
            if b"<!DOCTYPE" in part.read(PROLOG).replace(b"\0", b""):
                raise Unusable("unsafe_xml")
