"""ZIP archives that are written while they are sent."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text.zip_streams import PIECE, Entry, length, pieces

AT = datetime(2026, 4, 1, 12, 30, 20, tzinfo=UTC)


def entry(path, data, size=None, at=None):
    return Entry(path, len(data) if size is None else size, lambda: [data], at)


def unpack(entries):
    data = b"".join(pieces(entries))
    assert len(data) == length(entries)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_an_archive_contains_its_files():
    assert unpack([entry("Lea/1.txt", b"Moon"), entry("Ж/日記.txt", "été".encode()), entry("empty", b"")]) == {
        "Lea/1.txt": b"Moon",
        "Ж/日記.txt": "été".encode(),
        "empty": b"",
    }


def test_an_archive_without_files_is_one():
    assert unpack([]) == {}


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), st.binary())))
def test_its_length_is_known_before(files):
    entries = [entry(f"{number}{path}", data) for number, (path, data) in enumerate(files)]

    assert len(b"".join(pieces(entries))) == length(entries)


@pytest.mark.parametrize(("limit", "count"), [(3_000, 65_535), (10**9, 3), (400, 2)])
def test_also_that_of_a_large_one(monkeypatch, limit, count):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", count)
    entries = [entry(f"{number}.txt", bytes(300)) for number in range(12)]

    assert len(unpack(entries)) == 12


def test_a_file_that_is_shorter_or_longer_than_announced_keeps_the_length():
    found = unpack([entry("short", b"Not read.", size=12), entry("long", b"Moon and sun", size=4), entry("next", b"x")])

    assert found == {"short": b"Not read.\n\n\n", "long": b"Moon", "next": b"x"}


def test_times_are_those_of_the_files_or_none():
    data = b"".join(pieces([entry("a", b"", at=AT), entry("b", b"")]))

    infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert [info.date_time for info in infos] == [(2026, 4, 1, 12, 30, 20), (1980, 1, 1, 0, 0, 0)]


def test_what_is_in_memory_does_not_grow_with_the_files():
    chunks = (bytes(PIECE) for _ in range(1000))
    sizes = [len(piece) for piece in pieces([Entry("large", 1000 * PIECE, lambda: chunks)])]

    assert len(sizes) >= 1000
    assert max(sizes) <= 2 * PIECE
    assert min(sizes) > 0


def test_a_failure_is_passed_on():
    def fail():
        yield b"Moon"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        b"".join(pieces([Entry("a", 8, fail)]))
