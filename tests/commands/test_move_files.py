from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import File
from learnstream.errors.file_storage import Missing, Unreachable
from learnstream.integrations import files as port
from learnstream.services.media import file_moves, file_orphans, files
from learnstream.stores import gridfs
from tests.files import make_file, stored

PDF = b"%PDF-1.7 and so on"


@pytest.fixture
def moon(owner):
    """A document in MongoDB, and its name there."""
    return make_ready(owner, "files/{}-1")


@pytest.fixture
def photo(owner):
    return make_ready(owner, "files/{}-1", "photos/{}/small.webp", purpose="photo", type="image/webp")


def make_ready(owner, object_name, *derived, **fields):
    file = make_file(owner, store="gridfs", state="ready", size=len(PDF), **{"type": "application/pdf", **fields})
    names = [name.format(file["_id"]) for name in (object_name, *derived)]
    for name in names:
        etag = port.store_of("gridfs").put(name, [PDF, name.encode()], content_type=None).etag
    changes = {"object": names[0], "derived": names[1:], "etag": etag}
    File.collection().update_one({"_id": file["_id"]}, {"$set": changes})
    return file["_id"]


def move(app, exit_code=0):
    result = app.test_cli_runner().invoke(args=["move-files"])
    assert result.exit_code == exit_code, result.output
    return result.output.strip()


def read(file, name):
    return b"".join(port.store_of(file["store"]).open(name))


def test_files_are_moved_with_all_their_objects(app, moon, photo, files_in_s3):
    assert move(app) == f"files moved: 2, bytes: {2 * len(PDF)}, failed: 0"

    for file in (stored(moon), stored(photo)):
        names = [file["object"], *file["derived"]]
        assert file["store"] == "s3"
        assert [read(file, name) for name in names] == [PDF + name.encode() for name in names]
        assert port.store_of("s3").stat(file["object"]).etag == file["etag"]
    assert move(app) == "files moved: 0, bytes: 0, failed: 0"


def test_a_sweep_removes_what_was_left_behind(app, moon, photo, files_in_s3):
    move(app)
    older = {"$set": {"uploadDate": now() - timedelta(days=2)}}
    gridfs.collection(gridfs.FILES).update_many({}, older)

    assert file_orphans.sweep() == 3

    assert gridfs.collection(gridfs.CHUNKS).count_documents({}) == 0
    assert read(stored(moon), stored(moon)["object"]).startswith(PDF)


def test_readers_notice_the_move(app, moon, files_in_s3):
    assert files.facts(str(moon))["store"] == "gridfs"

    move(app)

    assert files.facts(str(moon))["store"] == "s3"


def test_no_sweep_runs_meanwhile(app, moon, photo, files_in_s3):
    """It would take a file that is moved back for what it left behind there before."""
    moves = file_moves.move_all()
    next(moves)

    assert (file_orphans.sweep(), move(app, exit_code=1)) == (
        0,
        "Error: a sweep of files is running; try again in a few minutes",
    )
    assert [moved.count for moved in moves] == [2]
    assert file_orphans.sweep() == 0
    assert move(app) == "files moved: 0, bytes: 0, failed: 0"


def test_without_another_storage_nothing_is_moved(app, moon):
    assert move(app) == "files moved: 0, bytes: 0, failed: 0"
    assert stored(moon)["store"] == "gridfs"


def test_what_is_not_ready_stays(app, owner, files_in_s3):
    waiting = [make_file(owner, store="gridfs", state=state)["_id"] for state in ("uploading", "processing", "refused")]
    gone = make_file(owner, store="gridfs", state="ready", object="files/gone", removing_at=now())["_id"]

    assert move(app) == "files moved: 0, bytes: 0, failed: 0"
    assert {stored(file_id)["store"] for file_id in (*waiting, gone)} == {"gridfs"}


def test_a_file_that_is_removed_meanwhile_is_not_moved(app, moon, files_in_s3, monkeypatch):
    put = port.store_of("s3").put

    def remove_and_put(*args, **kwargs):
        File.collection().delete_one({"_id": moon})
        return put(*args, **kwargs)

    monkeypatch.setattr(port.store_of("s3"), "put", remove_and_put, raising=False)

    assert move(app) == "files moved: 0, bytes: 0, failed: 0"
    assert stored(moon) is None


@pytest.mark.parametrize("error", [Unreachable, Missing])
def test_a_file_that_cannot_be_moved_stays_and_does_not_stop_the_others(
    app, moon, photo, files_in_s3, monkeypatch, error
):
    put = port.store_of("s3").put

    def fail_for_the_first(name, *args, **kwargs):
        if str(moon) in name:
            raise error()
        return put(name, *args, **kwargs)

    monkeypatch.setattr(port.store_of("s3"), "put", fail_for_the_first)

    assert move(app, exit_code=1) == f"files moved: 1, bytes: {len(PDF)}, failed: 1"
    assert (stored(moon)["store"], stored(photo)["store"]) == ("gridfs", "s3")


def test_all_pages_are_moved(app, owner, files_in_s3, monkeypatch):
    monkeypatch.setattr(file_moves, "PAGE", 2)
    moons = [make_ready(owner, "files/{}-1", created_at=now() - timedelta(days=age)) for age in range(5)]

    assert move(app).startswith("files moved: 5,")
    assert {stored(each)["store"] for each in moons} == {"s3"}
