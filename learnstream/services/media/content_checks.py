"""The check of documents, attachments and files of submissions: their type by content, and whether they can be opened."""

from typing import cast

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations import contents
from learnstream.integrations.files import FileStore
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, TEXT


@processes(FilePurpose.DOCUMENT, FilePurpose.ATTACHMENT, FilePurpose.SUBMISSION)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Inspect a file's contents."""
    found = contents.inspect(store.open(cast(str, file["object"])))
    return Checked(_labelled(file, found.type), found.pages, found.width, found.height)


def _labelled(file: StoredFile, found: str) -> str:
    """Return the type, for a text the one that its owner says: contents do not tell whether it is CSV."""
    says_csv = file["declared_type"] == CSV or (
        file["declared_type"] is None and file["name"].lower().endswith((".csv", ".tsv"))
    )
    return CSV if found == TEXT and says_csv else found
