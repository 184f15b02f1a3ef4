"""Reading files of questions, and the check of those that were uploaded."""

from collections.abc import Collection, Iterable, Iterator
from typing import cast

from bson import ObjectId

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations.files import FileStore
from learnstream.integrations.spreadsheets import Limits
from learnstream.integrations.unusable import Unusable
from learnstream.models.question_import import QuestionFormat
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, TEXT, XLSX
from learnstream.services.media.file_use import names_files
from learnstream.services.media.imports import cells
from learnstream.services.media.imports.cells import LAST_HEADING, Cells, Columns
from learnstream.services.media.imports.remarks import Refused, Remark, remark
from learnstream.services.quizzes.imports import gift, tables
from learnstream.services.quizzes.imports.drafts import Draft
from learnstream.text.gift_reader import MAX_QUESTIONS

LIMITS = Limits(rows=MAX_QUESTIONS + LAST_HEADING, columns=500, text=20_000)
REQUIRED = {"kind", "stem"}
COLUMNS = Columns(tables.is_column, lambda names: names >= REQUIRED, "kind and stem")


FORMATS = {XLSX: QuestionFormat.XLSX, CSV: QuestionFormat.CSV, TEXT: QuestionFormat.GIFT}
TYPES = {known: content_type for content_type, known in FORMATS.items()}


def read(chunks: Iterable[bytes], source: QuestionFormat) -> Iterator[Draft | Remark]:
    """Yield the questions of a file as drafts, and why others cannot be imported, in order.

    Raises:
        Unusable: the file as a whole cannot be read.
    """
    seen: dict[str, int] = {}
    for found in gift.read(_text(chunks)) if source is QuestionFormat.GIFT else _rows(chunks):
        yield _first(found, seen) if isinstance(found, Draft) else found


def _first(draft: Draft, seen: dict[str, int]) -> Draft | Remark:
    """Return the draft, or that an earlier one has its key."""
    place = seen.setdefault(draft.key, draft.place)
    if place == draft.place:
        return draft
    return Remark(draft.place, "duplicate_key", f"Has the key of the question in {place}.", value=draft.key)


def _text(chunks: Iterable[bytes]) -> str:
    data = b"".join(chunks)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unusable("unknown_encoding", "The text is not UTF-8. Save the file as UTF-8.") from None


def _rows(chunks: Iterable[bytes]) -> Iterator[Draft | Remark]:
    for found in cells.read(chunks, LIMITS, COLUMNS):
        yield found if isinstance(found, Remark) else _draft(*found)


def _draft(number: int, given: Cells) -> Draft | Remark:
    try:
        return tables.draft(number, given)
    except Refused as refusal:
        return remark(number, refusal)


@processes(FilePurpose.QUESTIONS)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Read the file once, as far as it can be told to contain questions."""
    source = format_of(file)
    for _ in read(store.open(cast(str, file["object"])), source):
        pass
    return Checked(TYPES[source])


def format_of(file: StoredFile) -> QuestionFormat:
    """Return a file's format by the type that its owner says, else by its name."""
    if file["declared_type"]:
        return FORMATS[file["declared_type"]]
    return next((each for each in QuestionFormat if file["name"].lower().endswith(f".{each}")), QuestionFormat.GIFT)


@names_files(FilePurpose.QUESTIONS)
def named(_: Collection[ObjectId]) -> Collection[ObjectId]:
    """Return none of the files: each is read within minutes, and may be removed a week after that."""
    return ()
