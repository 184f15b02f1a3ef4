from concurrent.futures import ThreadPoolExecutor

import pytest

from learnstream.documents.file import File, FileQuota
from learnstream.errors.files import QuotaExceeded
from learnstream.services.media import file_quota
from tests.files import make_file, stored

MB = 10**6


@pytest.fixture
def limit(app, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_QUOTA", 10 * MB)


def test_files_take_their_sizes(owner, stranger):
    make_file(owner, size=3)
    make_file(owner, size=4)

    assert (file_quota.used(owner.id), file_quota.used(stranger.id)) == (7, 0)


def test_the_last_byte_can_be_used_and_no_more(limit, owner):
    make_file(owner, size=10 * MB)

    with pytest.raises(QuotaExceeded) as refused:
        make_file(owner, size=1)

    assert refused.value.extra == {"used": 10 * MB, "limit": 10 * MB}
    assert File.collection().count_documents({}) == 1


def test_a_removed_file_takes_nothing(owner):
    file = make_file(owner, size=3)

    assert file_quota.release({"_id": file["_id"]})
    assert not file_quota.release({"_id": file["_id"]})
    assert (file_quota.used(owner.id), stored(file["_id"])) == (0, None)


def test_a_file_of_a_release_that_noted_no_moves_releases_what_it_takes(owner):
    file = make_file(owner, size=3)
    File.collection().update_one({"_id": file["_id"]}, {"$unset": {"move_id": ""}})
    FileQuota.collection().update_one({"_id": owner.id}, {"$unset": {"moves": ""}})

    assert file_quota.release({"_id": file["_id"]})
    assert (file_quota.used(owner.id), stored(file["_id"])) == (0, None)


def test_a_changed_file_takes_nothing_once(owner):
    file = make_file(owner, size=3)
    change = {"$set": {"state": "refused"}}

    file_quota.release({"_id": file["_id"]}, change)
    file_quota.release({"_id": file["_id"]}, change)

    assert (file_quota.used(owner.id), stored(file["_id"])["charged"]) == (0, 0)


def test_uploads_at_once_never_exceed_the_quota(limit, app, owner):
    def upload(_):
        with app.app_context():
            try:
                return make_file(owner, size=3 * MB)
            except QuotaExceeded:
                return None

    with ThreadPoolExecutor(24) as pool:
        made = [file for file in pool.map(upload, range(24)) if file]

    assert len(made) == 3
    assert file_quota.used(owner.id) == sum(file["size"] for file in File.collection().find()) == 9 * MB


def test_removals_at_once_release_a_file_once(app, owner):
    file = make_file(owner, size=3)
    make_file(owner, size=4)

    def remove(_):
        with app.app_context():
            return file_quota.release({"_id": file["_id"]})

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(remove, range(4))) == [False, False, False, True]

    assert file_quota.used(owner.id) == 4
