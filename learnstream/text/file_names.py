"""File names that are safe on every system, made of names that users have chosen."""

import mimetypes
import re
import unicodedata

from learnstream.text import display

# What no name may contain on Windows, and separators of paths.
RESERVED = re.compile(r'[<>:"/\\|?*\x7f]')
# Devices, with whatever extension.
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=$|[ .])", re.IGNORECASE)
LONGEST = 80  # characters
# What systems without a list of their own do not know.
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
EXTENSIONS = {
    f"{OPEN_XML}wordprocessingml.document": ".docx",
    f"{OPEN_XML}spreadsheetml.sheet": ".xlsx",
    f"{OPEN_XML}presentationml.presentation": ".pptx",
    f"{OPEN_DOCUMENT}text": ".odt",
    f"{OPEN_DOCUMENT}spreadsheet": ".ods",
    f"{OPEN_DOCUMENT}presentation": ".odp",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "text/plain": ".txt",
}
ALSO = {".jpg": {".jpeg"}, ".txt": {".md"}}


def extension(content_type: str) -> str:
    """Return the extension of files of a type, with its dot; empty for a type that is not known."""
    return EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""


def safe(name: str, *, content_type: str | None = None, empty: str = "file") -> str:
    """Return a name that looks like the given one, and is neither a path nor special anywhere.

    content_type: that of the file, whose extension the name gets unless it has it: a system opens files by their extension.
    empty: the name if nothing else is left.
    """
    line = display.one_line(unicodedata.normalize("NFC", name), LONGEST * 4)
    bare = RESERVED.sub("_", line).strip(". ")
    stem, ending = _split(bare, content_type)
    stem = DEVICE.sub(r"_\1", stem[:LONGEST].strip(". ")) or empty
    return f"{stem}{ending}"


def _split(name: str, content_type: str | None) -> tuple[str, str]:
    wanted = extension(content_type) if content_type else ""
    stem, dot, given = name.rpartition(".")
    ending = f".{given.lower()}"
    if dot and wanted and (ending == wanted or ending in ALSO.get(wanted, ())):
        return stem, f".{given}"
    return name, wanted
