"""What every file storage does: the same tests over both adapters."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.errors.file_storage import Missing

NAME = "staging/64b000000000000000000001"
CONTENT = bytes(range(256)) * 5000
LARGE = bytes(range(256)) * 70_000  # 17.9 MB: more than a bucket takes in one request
LATER = timedelta(hours=2)


def put(store, name, *parts):
    return store.put(name, parts, content_type="application/pdf")


def read(store, name, **options):
    return b"".join(store.open(name, **options))


def test_an_object_is_read_back(file_store):
    written = put(file_store, NAME, CONTENT[:7], b"", CONTENT[7:600_000], CONTENT[600_000:])

    assert written.size == len(CONTENT)
    assert file_store.stat(NAME) == written
    assert read(file_store, NAME) == CONTENT


def test_a_large_object_is_read_back_in_small_pieces(file_store):
    written = put(file_store, NAME, LARGE[:9_000_000], LARGE[9_000_000:])

    pieces = list(file_store.open(NAME))
    assert (written.size, b"".join(pieces) == LARGE) == (len(LARGE), True)
    assert max(map(len, pieces)) <= 1024 * 1024


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 1),
        (261_119, 261_121),
        (1_000_000, 2_000_000),
        (5, None),
        (1_279_999, None),
        (7, 7),
        (0, 0),
        (1_280_000, None),
    ],
)
def test_a_range_is_read(file_store, start, end):
    put(file_store, NAME, CONTENT)

    assert read(file_store, NAME, start=start, end=end) == CONTENT[start:end]


def test_an_empty_object_is_stored(file_store):
    assert put(file_store, NAME).size == 0
    assert read(file_store, NAME) == b""


def test_an_object_is_replaced(file_store):
    first = put(file_store, NAME, CONTENT)

    second = put(file_store, NAME, b"new")

    assert first.etag != second.etag
    assert file_store.stat(NAME) == second
    assert read(file_store, NAME) == b"new"


def test_the_last_of_two_concurrent_writes_wins(file_store):
    def write_within():
        yield CONTENT
        put(file_store, NAME, b"first")

    second = file_store.put(NAME, write_within(), content_type=None)

    assert file_store.stat(NAME) == second
    assert read(file_store, NAME) == CONTENT


@pytest.mark.parametrize("content", [CONTENT, LARGE], ids=["small", "large"])
def test_a_failed_write_leaves_the_old_object(file_store, content):
    def failing():
        yield content
        raise ValueError("cut")

    put(file_store, NAME, b"old")

    with pytest.raises(ValueError, match="cut"):
        file_store.put(NAME, failing(), content_type=None)

    assert read(file_store, NAME) == b"old"


def test_an_object_is_copied(file_store):
    put(file_store, NAME, CONTENT)

    copy = file_store.copy(NAME, "files/1")

    assert (copy.size, file_store.stat("files/1")) == (len(CONTENT), copy)
    assert read(file_store, "files/1") == CONTENT


def test_a_copy_stays_when_its_source_changes(file_store):
    put(file_store, NAME, b"checked")
    file_store.copy(NAME, "files/1")

    put(file_store, NAME, b"swapped")
    file_store.delete(NAME)

    assert read(file_store, "files/1") == b"checked"


def test_a_removed_object_is_missing(file_store):
    put(file_store, NAME, CONTENT)

    file_store.delete(NAME)
    file_store.delete(NAME)

    for call in (file_store.stat, file_store.open, lambda name: file_store.open(name, start=3, end=3)):
        with pytest.raises(Missing):
            call(NAME)
    with pytest.raises(Missing):
        file_store.copy(NAME, "files/1")


def test_names_are_those_of_older_objects(file_store):
    names = [f"staging/{number}" for number in range(5)]
    for name in [*names, "files/1", "stagings"]:
        put(file_store, name, b"x")

    assert sorted(file_store.names("staging/", older_than=now() + LATER)) == names
    assert list(file_store.names("staging/", older_than=now() - LATER)) == []
    assert list(file_store.names("staging/3", older_than=now() + LATER)) == ["staging/3"]
    assert list(file_store.names("photos/", older_than=now() + LATER)) == []
