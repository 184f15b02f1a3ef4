"""Spreadsheets of people as uploaded files: the check that they can be read, with the headings that an import needs."""

from collections.abc import Collection
from typing import cast

from bson import ObjectId

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations import spreadsheets
from learnstream.integrations.files import FileStore
from learnstream.services.enrollment.imports import headings
from learnstream.services.enrollment.imports.headings import LAST_ROW
from learnstream.services.media.file_processing import Checked, processes
from learnstream.services.media.file_purposes import CSV, XLSX
from learnstream.services.media.file_use import names_files


@processes(FilePurpose.IMPORT)
def check(file: StoredFile, store: FileStore) -> Checked:
    """Read the spreadsheet once, and find its headings."""
    with spreadsheets.read(store.open(cast(str, file["object"]))) as table:
        headings.find(spreadsheets.preview(table, LAST_ROW)[0])
        return Checked(XLSX if table.sheet else CSV)


@names_files(FilePurpose.IMPORT)
def named(_: Collection[ObjectId]) -> Collection[ObjectId]:
    """Return none of the files: each is read within minutes, and may be removed a week after that."""
    return ()
