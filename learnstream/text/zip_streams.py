"""ZIP archives that are written while they are sent: uncompressed, of a length that is known before.

What is handed in is compressed already, and the length lets a server send an archive of any size without a thread that
waits for the client. In memory is what the archive's directory needs, some hundred bytes for each file.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZipFile, ZipInfo

PIECE = 128 * 1024  # bytes
# Sizes in the format (APPNOTE.TXT 4.3), and of the extra fields beyond 2 GiB or 65,535 files.
LOCAL_HEADER, DESCRIPTOR, DIRECTORY_ENTRY, END = 30, 16, 46, 22
FAR_ENTRY, FAR_END = 12, 56 + 20
PADDING = b"\n"
EARLIEST = (1980, 1, 1, 0, 0, 0)
REGULAR = 0o100600 << 16  # readable and writable for whoever unpacks it


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its path, the size in bytes that it will have, and what yields the bytes.

    `at` is its time; None for none, which ZIP shows as 1980.
    """

    path: str
    size: int
    read: Callable[[], Iterable[bytes]]
    at: datetime | None = None


def length(entries: Sequence[Entry]) -> int:
    """Return how many bytes an archive will have."""
    at = directory = 0
    for entry in entries:
        name = len(entry.path.encode())
        directory += DIRECTORY_ENTRY + name + (FAR_ENTRY if at > zipfile.ZIP64_LIMIT else 0)
        at += LOCAL_HEADER + name + entry.size + DESCRIPTOR
    is_far = len(entries) > zipfile.ZIP_FILECOUNT_LIMIT or max(at, directory) > zipfile.ZIP64_LIMIT
    return at + directory + END + (FAR_END if is_far else 0)


class _Output:
    """What `ZipFile` writes to: it cannot seek."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self, least: int = PIECE) -> Iterator[bytes]:
        """Yield what was written, unless it is less than that."""
        if self._size >= least:
            yield b"".join(self._pieces)
            self._pieces, self._size = [], 0


def pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield an archive. A file that turns out shorter than announced is filled up with line breaks; a longer one is cut.

    Raises:
        Exception: whatever reading an entry raises.
    """
    output = _Output()
    with ZipFile(output, "w") as archive:  # type: ignore[call-overload]
        for entry in entries:
            with archive.open(_info(entry), "w") as target:
                for chunk in _exactly(entry.read(), entry.size):
                    target.write(chunk)
                    yield from output.take()
    yield from output.take(1)


def _info(entry: Entry) -> ZipInfo:
    info = ZipInfo(entry.path, entry.at.timetuple()[:6] if entry.at else EARLIEST)
    info.file_size, info.external_attr = entry.size, REGULAR
    return info


def _exactly(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    left = size
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk[:left])
    while left:
        yield PADDING * min(left, PIECE)
        left -= min(left, PIECE)
