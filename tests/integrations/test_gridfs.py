"""What is particular to GridFS; `test_file_stores` has what all storages do."""

from datetime import timedelta

import mongoengine
import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.errors.file_storage import Missing
from learnstream.integrations import files
from learnstream.integrations.gridfs import chunks, entries
from learnstream.stores import gridfs

NAME = "staging/64b000000000000000000001"
CONTENT = bytes(range(256)) * 5000  # five chunks, of which the last is short
LATER = timedelta(hours=2)


@pytest.fixture
def store(app):
    return files.service()


def put(store, name, *parts):
    return store.put(name, parts, content_type="application/pdf")


def stored(name):
    return mongoengine.get_db()[name].count_documents({})


def test_an_object_is_replaced(store):
    first = put(store, NAME, CONTENT)

    second = put(store, NAME, b"new")

    assert first.etag != second.etag
    assert store.stat(NAME) == second
    assert (stored(gridfs.FILES), stored(gridfs.CHUNKS), stored(gridfs.UNFINISHED)) == (1, 1, 0)


def test_the_latest_of_two_concurrent_writes_wins(store):
    def write_within():
        yield CONTENT
        put(store, NAME, b"first")

    second = store.put(NAME, write_within(), content_type=None)

    assert store.stat(NAME) == second
    assert (stored(gridfs.FILES), stored(gridfs.CHUNKS)) == (1, 5)


def test_a_removed_object_is_missing(store):
    put(store, NAME, CONTENT)

    store.delete(NAME)
    store.delete(NAME)

    assert (stored(gridfs.FILES), stored(gridfs.CHUNKS), stored(gridfs.UNFINISHED)) == (0, 0, 0)
    for call in (store.stat, store.open):
        with pytest.raises(Missing):
            call(NAME)
    with pytest.raises(Missing):
        store.copy(NAME, "files/1")


def test_an_object_that_is_removed_while_it_is_read_is_missing(store):
    put(store, NAME, CONTENT)
    reading = store.open(NAME)
    next(reading)
    store.delete(NAME)

    with pytest.raises(Missing):
        list(reading)


def test_a_failed_write_leaves_the_old_object(store):
    def failing():
        yield CONTENT
        yield CONTENT
        raise ValueError("cut")

    put(store, NAME, b"old")

    with pytest.raises(ValueError, match="cut"):
        store.put(NAME, failing(), content_type=None)

    assert b"".join(store.open(NAME)) == b"old"
    assert (stored(gridfs.CHUNKS), stored(gridfs.UNFINISHED)) == (1, 0)


def test_names_are_those_of_older_objects(store, monkeypatch):
    monkeypatch.setattr(entries, "PAGE", 2)
    names = [f"staging/{number}" for number in range(5)]
    for name in [*names, "files/1", "staging"]:
        put(store, name, b"x")

    assert list(store.names("staging/", older_than=now() + LATER)) == names
    assert list(store.names("staging/", older_than=now() - LATER)) == []


def killed_write(*, visible):
    """Leave what a process leaves that is killed while it writes an object."""
    object_id = entries.begin(ObjectId())
    chunks.write(object_id, [CONTENT])
    if visible:
        entry = {"_id": object_id, "filename": NAME, "length": len(CONTENT), "uploadDate": now(), "metadata": {}}
        mongoengine.get_db()[gridfs.FILES].insert_one(entry)
    return object_id


def make_old():
    mongoengine.get_db()[gridfs.UNFINISHED].update_many({}, {"$set": {"began_at": now() - LATER}})


def test_what_a_killed_write_left_is_discarded(store):
    put(store, NAME, b"old")
    killed_write(visible=False)
    make_old()

    discarded = store.discard_unfinished(older_than=now())

    assert discarded == files.Discarded(count=1, size=5 * gridfs.CHUNK_SIZE)
    assert b"".join(store.open(NAME)) == b"old"
    assert (stored(gridfs.CHUNKS), stored(gridfs.UNFINISHED)) == (1, 0)


def test_a_write_killed_after_it_was_visible_is_completed(store):
    put(store, NAME, b"old")
    killed_write(visible=True)
    make_old()

    assert store.discard_unfinished(older_than=now()) == files.Discarded()
    assert b"".join(store.open(NAME)) == CONTENT
    assert (stored(gridfs.FILES), stored(gridfs.CHUNKS), stored(gridfs.UNFINISHED)) == (1, 5, 0)


def test_a_write_in_progress_is_not_discarded(store):
    def written():
        yield CONTENT
        store.discard_unfinished(older_than=now() + LATER)

    store.put(NAME, written(), content_type=None)

    assert b"".join(store.open(NAME)) == CONTENT
