"""Inspection of ZIP archives, and of the office files that are such archives. Nothing but their tables is unpacked."""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree
from zipfile import ZipFile

from learnstream.integrations.inspection import Found
from learnstream.integrations.unusable import Unusable

ZIP = "application/zip"
MAX_ENTRIES, MAX_UNPACKED = 10_000, 2_000_000_000
MAX_TABLE = 2**20  # bytes of an entry that is read
OPEN_XML = "application/vnd.openxmlformats-officedocument."
# By the type of the main part, which [Content_Types].xml names.
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": f"{OPEN_XML}wordprocessingml.document",
    "spreadsheetml.sheet.main+xml": f"{OPEN_XML}spreadsheetml.sheet",
    "presentationml.presentation.main+xml": f"{OPEN_XML}presentationml.presentation",
}
CONTENT_TYPES, MIME_TYPE, MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
OTHER_OPEN_XML = "application/vnd.openxmlformats-package"
OPEN_DOCUMENT = re.compile(r"application/vnd\.oasis\.opendocument\.[a-z-]{1,40}")
# Where office files keep macros, in any spelling that programs accept.
MACROS = re.compile(r"(^|/)(vbaProject|vbaData|xlmacros?)[^/]*$|/macrosheets/|^Basic/|^Scripts/", re.IGNORECASE)
MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|ms-office\.vba|intlMacrosheet", re.IGNORECASE)
ENCRYPTED_FLAG = 0x1


def inspect(source: IO[bytes]) -> Found:
    """Return the type of an archive.

    Raises:
        Unusable: it is broken or huge, or an office file that is encrypted or contains macros.
    """
    try:
        with ZipFile(source) as archive:
            _require_bounded(archive)
            return {"type": _type_of(archive)}
    except (Unusable, MemoryError):
        raise
    # Damaged entries raise errors of many types.
    except Exception:
        raise Unusable("archive_broken") from None


def _require_bounded(archive: ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unusable("archive_too_large")


def _type_of(archive: ZipFile) -> str:
    names = archive.namelist()
    if CONTENT_TYPES in names:
        return _open_xml(archive)
    if MIME_TYPE in names and MANIFEST in names:
        return _open_document(archive)
    return ZIP


def _open_xml(archive: ZipFile) -> str:
    _require_plain(archive)
    types = set(_part_types(archive))
    if any(MACRO_TYPES.search(each) for each in types):
        raise Unusable("office_macros")
    return next(
        (kind for part, kind in MAIN_PARTS.items() if any(each.endswith(part) for each in types)), OTHER_OPEN_XML
    )


def _part_types(archive: ZipFile) -> Iterator[str]:
    """Yield the types of the parts that exist: some programs list types that occur in other files."""
    # Nothing that it declares can harm more than this process.
    table = ElementTree.fromstring(_read(archive, CONTENT_TYPES))  # noqa: S314
    named = {each.get("PartName", "").lstrip("/").lower(): each.get("ContentType", "") for each in table}
    by_extension = {each.get("Extension", "").lower(): each.get("ContentType", "") for each in table}
    for name in map(str.lower, archive.namelist()):
        yield named.get(name) or by_extension.get(name.rpartition(".")[2], "")


def _open_document(archive: ZipFile) -> str:
    _require_plain(archive)
    if b"encryption-data" in _read(archive, MANIFEST):
        raise Unusable("office_encrypted")
    # Whoever made the archive can write anything there, such as the type of a PDF.
    named = _read(archive, MIME_TYPE).decode(errors="replace").strip()
    return named if OPEN_DOCUMENT.fullmatch(named) else ZIP


def _require_plain(archive: ZipFile) -> None:
    names = [name.casefold() for name in archive.namelist()]
    # Of two entries with one name, a program could open the other one.
    if len(set(names)) < len(names):
        raise Unusable("archive_broken")
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in archive.infolist()):
        raise Unusable("office_encrypted")
    if any(MACROS.search(name) for name in archive.namelist()):
        raise Unusable("office_macros")


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        return entry.read(MAX_TABLE)
