"""The registry of what checks the files of each purpose; `file_worker` runs it."""

from collections.abc import Callable
from dataclasses import dataclass

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations.files import FileStore


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check: the type of the contents, their measures, and the names of objects that it made of them.

    keeps_original: whether the bytes that were uploaded are needed any more.
    """

    type: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    derived: tuple[str, ...] = ()
    keeps_original: bool = True


class Refused(Exception):
    """The file is not acceptable: the field that is wrong, a stable word, and a sentence for its owner."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(code)
        self.field, self.code, self.message = field, code, message


Processor = Callable[[StoredFile, FileStore], Checked]
processors: dict[FilePurpose, Processor] = {}


def processes(*purposes: FilePurpose) -> Callable[[Processor], Processor]:
    """Register the function that checks the files of these purposes.

    It gets the file, whose `object` names the stored bytes, and the file storage. It raises `Unusable` for contents that
    are not acceptable; after any other exception, it is tried again. It may run more than once, also at once, for one file.
    """

    def register(processor: Processor) -> Processor:
        processors.update(dict.fromkeys(purposes, processor))
        return processor

    return register
