"""Archives of what was handed in in a lesson: texts, links and files, a folder for each learner, with a table of contents.

Names of anonymous learners, those that they gave to files, and times are replaced as in `staff_view`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.documents import FileState, Submission
from learnstream.documents.base import in_batches
from learnstream.documents.file import ListedFile
from learnstream.documents.projection import Projection
from learnstream.documents.submission import Lateness, SubmissionKey, SubmittedFile
from learnstream.errors.file_storage import Missing, Unreachable
from learnstream.errors.homework import ArchiveTooLarge
from learnstream.integrations import files as port
from learnstream.services.assignments.anonymity import learner_of
from learnstream.services.homework import pseudonyms, submission_files
from learnstream.services.homework.pseudonyms import Person
from learnstream.services.media import files
from learnstream.stores.mongo import Expression
from learnstream.text import csv_tables, file_names
from learnstream.text.zip_streams import Entry

MOST_FILES = 10_000  # each takes about 1.5 kB of memory
BATCH = 200  # submissions
# Of equal length, because the table's length is announced before the files are read.
READ, UNREAD = "complete", "not read"
NOTE = b"This file could not be read."
CONTENTS = "contents.csv"
COLUMNS = (
    *(
        "path",
        "state",
        "submission_id",
        "user_id",
        "name",
        "number",
        "submitted_at",
        "late_seconds",
        "file_name",
        "size",
    ),
)


class Packed(SubmissionKey, Lateness):
    """A submission as it is packed; instead of its text and URL, their sizes in bytes."""

    files: list[SubmittedFile]
    text_size: int
    url_size: int


class Written(TypedDict):
    """What a learner has written; it never changes."""

    text: str | None
    url: str | None


class _Key(SubmissionKey, Lateness):
    files: list[SubmittedFile]


WRITTEN = Projection(Submission, Written)
SIZES = {f"{name}_size": {"$strLenBytes": {"$ifNull": [f"${name}", ""]}} for name in ("text", "url")}
PACKED: Expression = {**(Projection(Submission, _Key).fields or {}), **SIZES}


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was handed in: its path, the row of the contents after path and state, and what yields its bytes.

    `read` is None if it cannot be read.
    """

    path: str
    row: tuple[Any, ...]
    size: int
    at: datetime | None
    read: Any

    def entry(self, unread: set[str]) -> Entry:
        return Entry(self.path, self.size, partial(_noting, self, unread), self.at)


def entries(wanted: Expression) -> list[Entry]:
    """Return the files of an archive of the submissions that match a query. Their bytes are read later, outside requests.

    What cannot be read is said in the table of contents, the last file.

    Raises:
        ArchiveTooLarge: there are too many.
    """
    items = [*_items(wanted)]
    unread = {item.path for item in items if item.read is None}
    contents = partial(_contents, items, unread)
    packed = [item.entry(unread) for item in items if item.read is not None]
    return [*packed, Entry(CONTENTS, sum(map(len, contents())), contents)]


def _contents(items: Sequence[Item], unread: set[str]) -> Iterator[bytes]:
    rows = ((item.path, UNREAD if item.path in unread else READ, *item.row) for item in items)
    return (piece.encode() for piece in csv_tables.render(COLUMNS, rows))


def _noting(item: Item, unread: set[str]) -> Iterator[bytes]:
    """Yield the bytes of an item; or a note, if it was removed from the storage."""
    try:
        yield from item.read()
    except Missing:
        unread.add(item.path)
        yield NOTE


def _items(wanted: Expression) -> Iterator[Item]:
    count = 0
    for submissions in _batches(wanted):
        people = pseudonyms.people(learner_of(each) for each in submissions)
        stored = _stored(submissions)
        for each in submissions:
            for item in _of_submission(each, people[learner_of(each)], stored):
                count += 1
                if count > MOST_FILES:
                    raise ArchiveTooLarge()
                yield item


def _batches(wanted: Expression) -> Iterator[list[Packed]]:
    found = Submission.collection().aggregate([{"$match": wanted}, {"$sort": {"_id": -1}}, {"$project": PACKED}])
    return in_batches(found, BATCH)  # type: ignore[arg-type, return-value]


def _stored(submissions: Iterable[Packed]) -> dict[ObjectId, ListedFile]:
    wanted = [file["file_id"] for each in submissions for file in each.get("files", ())]
    found = files.LISTED.find({"_id": {"$in": wanted}, "state": FileState.READY.value}) if wanted else []
    return {each["_id"]: each for each in found if each["object"]}


def _of_submission(submission: Packed, person: Person, stored: Mapping[ObjectId, ListedFile]) -> Iterator[Item]:
    number, folder = submission["number"], _folder(submission, person)
    for name, ending in (("text", "text"), ("url", "link")):
        if size := submission[f"{name}_size"]:  # type: ignore[literal-required]
            read = partial(_read_written, submission["_id"], name)
            yield _item(f"{folder}/{number} {ending}.txt", submission, person, None, size, read)
    for place, file in enumerate(submission.get("files", ()), 1):
        shown = submission_files.nameless(place, file["type"]) if person["anonymous"] else file["name"]
        found = stored.get(file["file_id"])
        path = f"{folder}/{number}-{place} {file_names.safe(shown, content_type=file['type'])}"
        size = found["size"] if found else file["size"]
        yield _item(path, submission, person, shown, size, found and _opener(found))


def _folder(submission: Packed, person: Person) -> str:
    """Return a name that no other learner's folder has."""
    name = file_names.safe(person["name"] or "", empty="user")
    return name if person["anonymous"] else f"{name} {submission['user_id']}"


def _item(path: str, submission: Packed, person: Person, name: str | None, size: int, read: Any) -> Item:
    at = None if person["anonymous"] else submission["submitted_at"]
    late = pseudonyms.shown_lateness(submission.get("late_seconds", 0), is_hidden=person["anonymous"])
    whose = (str(submission["_id"]), person["user_id"], person["name"], submission["number"])
    return Item(path, (*whose, at, late, name, size), size, at, read)


def _read_written(submission_id: ObjectId, name: str) -> Iterator[bytes]:
    found = WRITTEN.find_one({"_id": submission_id})
    if found is None:
        raise Missing()
    yield str(found[name]).encode()  # type: ignore[literal-required]


def _opener(file: ListedFile) -> Any:
    try:
        store = port.store_of(file["store"])
    except Unreachable:  # not configured any more
        return None
    return partial(store.open, str(file["object"]))
