"""Faults in the middle of uploads and downloads: nothing half done is visible, and nothing is left that no sweep finds."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from bson import ObjectId
from requests.adapters import HTTPAdapter

from tests.faults.seeder import LONGEST
from tests.faults.transfers import SmallWindow, cut_responses, is_cut
from tests.waiting import within

SIZE = 30_000_000
CONTENT = os.urandom(1000) * (SIZE // 1000)
DOCUMENT = {"purpose": "document", "name": "Moon.pdf", "size": SIZE}
# The longest call to MongoDB, and what a busy machine adds.
LONGEST_FAILURE = 10.0
THREADS = 5


@pytest.fixture
def owner(seeder):
    return seeder.instructor()


@pytest.fixture
def file(owner):
    return owner.request_json("POST", "/files", **DOCUMENT)


@pytest.fixture
def upload(file, seeder):
    """Upload the file; return the response."""
    path = urlsplit(file["upload"]["url"]).path
    return lambda: seeder.guest.request("PUT", path, data=CONTENT)


@pytest.fixture
def start_upload(stores, database, upload):
    """Begin to upload the file; return the response to come, once some chunks are stored and the others are held back.

    `stores["mongodb"].proxy.release()` lets them through.
    """
    with ThreadPoolExecutor(1) as pool:

        def start_upload():
            stores["mongodb"].proxy.hold_after(SIZE // 5)
            response = pool.submit(upload)
            within(10, lambda: database["objects.chunks"].count_documents({}) > 8)
            return response

        yield start_upload


def is_accounted_for(database):
    """True if every chunk belongs to a visible object, or to a write that a sweep will find."""
    known = {
        each["_id"] for name in ("objects.files", "objects.unfinished") for each in database[name].find({}, {"_id": 1})
    }
    return set(database["objects.chunks"].distinct("files_id")) <= known


def visible(database):
    return [entry["length"] for entry in database["objects.files"].find()]


@pytest.mark.parametrize(
    "how", ["frozen", "refused", *(pytest.param(each, marks=pytest.mark.thorough) for each in ("black-holed", "reset"))]
)
def test_an_upload_fails_with_the_store_and_can_be_repeated(fail, heal, stores, database, start_upload, upload, how):
    response = start_upload()

    fail("mongodb", how)
    stores["mongodb"].proxy.release()
    failed = response.result(LONGEST_FAILURE)

    assert (failed.status_code, failed.json()["code"]) == (503, "file_storage_unavailable")
    assert int(failed.headers["Retry-After"]) > 0
    heal("mongodb")
    assert visible(database) == []
    assert is_accounted_for(database)
    assert upload().status_code == 204
    assert visible(database) == [SIZE]
    assert is_accounted_for(database)


def test_an_upload_that_is_killed_leaves_nothing_that_no_sweep_finds(system, stores, database, start_upload, upload):
    response = start_upload()

    (worker,) = system.server.workers()
    os.kill(worker, signal.SIGKILL)
    stores["mongodb"].proxy.release()

    with pytest.raises(requests.ConnectionError):
        response.result(10)
    assert visible(database) == []
    assert database["objects.unfinished"].count_documents({}) == 1
    assert is_accounted_for(database)
    system.server.wait_until_it_answers()
    assert upload().status_code == 204
    assert visible(database) == [SIZE]


@pytest.fixture
def download(database, file, owner, upload):
    """Begin to download the file, which is ready; return the response, of whose body nothing is read."""
    assert upload().status_code == 204
    ready = {"state": "ready", "type": "application/pdf", "object": f"staging/{file['id']}", "etag": "a"}
    database["files"].update_one({"_id": ObjectId(file["id"])}, {"$set": ready})
    url, headers = (
        f"{owner.url}/files/{file['id']}/content",
        {"Authorization": f"Bearer {owner.tokens['access_token']}"},
    )

    with ExitStack() as opened:

        def download(connections=HTTPAdapter):
            session = opened.enter_context(requests.Session())
            session.mount(owner.url, connections())
            return opened.enter_context(session.get(url, headers=headers, timeout=LONGEST, stream=True))

        yield download


@pytest.mark.parametrize("how", ["frozen", pytest.param("refused", marks=pytest.mark.thorough)])
def test_a_download_is_cut_with_the_store_and_can_be_repeated(fail, heal, seeder, download, how):
    cut = [download() for _ in range(THREADS)]
    assert {response.status_code for response in cut} == {200}

    fail("mongodb", how)

    with ThreadPoolExecutor(THREADS) as pool:
        assert {*pool.map(is_cut, cut)} == {True}
    began = time.monotonic()
    assert seeder.guest.request("GET", "/health").ok
    assert download().status_code == 503
    assert time.monotonic() - began < LONGEST_FAILURE
    heal("mongodb")
    assert download().content == CONTENT


def test_a_full_disk_fails_transfers_that_can_be_repeated(system, database, download, seeder, free_disk):
    workers = system.server.workers()
    path = urlsplit(seeder.instructor().request_json("POST", "/files", **DOCUMENT)["upload"]["url"]).path

    refused = seeder.guest.request("PUT", path, data=CONTENT)
    cut = download(SmallWindow)

    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
    within(10, lambda: cut_responses(system) == 1)
    assert is_cut(cut)
    assert seeder.guest.request("GET", "/health").ok
    free_disk()
    assert seeder.guest.request("PUT", path, data=CONTENT).status_code == 204
    assert download().content == CONTENT
    assert is_accounted_for(database)
    assert system.server.workers() == workers


@pytest.mark.parametrize("size", [64_001, 66_000, 70_000, 90_000])
def test_a_body_that_does_not_fit_on_the_disk_affects_no_other_request(system, seeder, free_disk, size):
    workers = system.server.workers()

    refused = seeder.guest.request("POST", "/auth/login", data=" " * size)

    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert seeder.guest.request("GET", "/health").ok
    assert system.server.workers() == workers


def test_a_response_that_does_not_fit_on_the_disk_affects_no_other_request(system, seeder, download, free_disk):
    workers = system.server.workers()

    responses = [download(SmallWindow) for _ in range(8)]

    within(10, lambda: cut_responses(system) == len(responses))

    assert seeder.guest.request("GET", "/health").ok
    assert system.server.workers() == workers
