"""Inspection of files that users send: their type by content, and whether it can be opened. A process of its own does it.

Parsers of hostile files may take any time and memory; what they exhaust costs that file alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from tempfile import TemporaryFile

from learnstream.integrations import isolation
from learnstream.integrations.isolation import Bounds, Crashed
from learnstream.integrations.unusable import Unusable

PROGRAM = "learnstream.integrations.inspection.program"
# A sentence for the owner, by the reason's code.
REASONS = {
    "pdf_encrypted": "The PDF is protected by a password. Save it without one.",
    "pdf_broken": "The PDF is broken. Open it in another program, and export it again.",
    "pdf_truncated": "The PDF is incomplete: its end is missing. Upload it again.",
    "pdf_without_pages": "The PDF has no pages.",
    "picture_broken": "The picture is broken or incomplete.",
    "archive_broken": "The archive or office file is broken or incomplete.",
    "archive_too_large": "The archive has too many files, or they are too large once unpacked.",
    "office_encrypted": "The office file is protected by a password. Save it without one.",
    "office_macros": "The office file contains macros. Save it without them.",
    "office_too_old": "The office file has an old format. Save it as DOCX, XLSX or PPTX.",
    "too_complex": "The file takes too long or too much memory to check.",
}
# A PDF with 5,000 pages took 0.8 s and 130 MB, hostile files of 40 MB up to 3 s and 350 MB.
BOUNDS = Bounds(memory=768 * 2**20, output=2**16, cpu_seconds=20, seconds=60)


@dataclass(frozen=True, slots=True)
class Inspected:
    """The media type of a file's contents, the number of pages of a PDF, and the size of a picture in pixels."""

    type: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def inspect(chunks: Iterable[bytes], bounds: Bounds = BOUNDS) -> Inspected:
    """Return what a file is, by its contents alone. Text is `text/plain`; unknown contents, `application/octet-stream`.

    Raises:
        Unusable: it is broken or encrypted, contains macros, or takes too much to check.
        Interrupted: the process was killed, or had too little of the machine.
    """
    with TemporaryFile() as target:
        try:
            isolation.run(PROGRAM, {}, chunks, target, bounds)
        except Crashed:
            raise _unusable("too_complex") from None
        answer = json.load(target)
    if "unusable" in answer:
        raise _unusable(answer["unusable"])
    return Inspected(**answer)


def _unusable(code: str) -> Unusable:
    return Unusable(code, REASONS[code])
