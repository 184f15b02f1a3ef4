"""The purposes of files, with the types and sizes that each allows."""

from dataclasses import dataclass

from learnstream.documents.assignment import MAX_BYTES
from learnstream.documents.file import FilePurpose

MB = 1_000_000
PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/webp")
TEXT, CSV, ZIP = "text/plain", "text/csv", "application/zip"
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
XLSX = f"{OPEN_XML}spreadsheetml.sheet"
OFFICE = (
    f"{OPEN_XML}wordprocessingml.document",
    XLSX,
    f"{OPEN_XML}presentationml.presentation",
    f"{OPEN_DOCUMENT}text",
    f"{OPEN_DOCUMENT}spreadsheet",
    f"{OPEN_DOCUMENT}presentation",
)
# What browsers and systems call these types besides.
SYNONYMS = {
    "application/x-pdf": PDF,
    "image/jpg": PICTURES[0],
    "image/pjpeg": PICTURES[0],
    "application/csv": CSV,
    "application/vnd.ms-excel": CSV,  # browsers on Windows with Excel
    "text/markdown": TEXT,
    "application/x-zip-compressed": ZIP,
    "application/x-zip": ZIP,
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """The types of files for a purpose, and the greatest size in bytes."""

    types: tuple[str, ...]
    max_size: int


WORK = (PDF, *PICTURES, TEXT, CSV, *OFFICE, ZIP)
HOMEWORK = Purpose(WORK, MAX_BYTES)
PURPOSES = {
    FilePurpose.PHOTO: Purpose(PICTURES, 5 * MB),
    FilePurpose.DOCUMENT: Purpose((PDF,), 50 * MB),
    FilePurpose.ATTACHMENT: Purpose(WORK, 50 * MB),
    FilePurpose.IMPORT: Purpose((XLSX, CSV), 10 * MB),
    FilePurpose.QUESTIONS: Purpose((XLSX, CSV, TEXT), 2 * MB),
    FilePurpose.SUBMISSION: HOMEWORK,
    FilePurpose.GRADES: Purpose((XLSX, CSV), 10 * MB),
    FilePurpose.BOOKS: Purpose((XLSX, CSV), 10 * MB),
}


def canonical(content_type: str) -> str:
    """Return a type's canonical name, without parameters: `image/jpeg` for `image/JPG`."""
    bare = content_type.partition(";")[0].strip().lower()
    return SYNONYMS.get(bare, bare)
