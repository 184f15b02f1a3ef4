"""Faults in the middle of uploads and downloads: nothing half done is visible, and nothing is left that no sweep finds."""

import os
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from bson import ObjectId
from pymongo import MongoClient

from tests.waiting import within

SIZE = 30_000_000
CONTENT = os.urandom(1000) * (SIZE // 1000)
DOCUMENT = {"purpose": "document", "name": "Moon.pdf", "size": SIZE}
# The longest call to MongoDB, and what a busy machine adds.
LONGEST_FAILURE = 10.0
THREADS = 5


@pytest.fixture
def database(stores):
    """The application's database, reached directly."""
    with MongoClient(stores["mongodb"].server.url, directConnection=True) as client:
        database = client.get_default_database()
        yield database
        for name in ("objects.files", "objects.chunks", "objects.unfinished"):
            database[name].delete_many({})


@pytest.fixture
def owner(seeder):
    return seeder.instructor()


@pytest.fixture
def file(owner):
    return owner.request_json("POST", "/files", **DOCUMENT)


@pytest.fixture
def start_upload(database, file, seeder):
    """Begin to upload the file; return once some chunks are stored, with the response to come."""
    with ThreadPoolExecutor(1) as pool:

        def start_upload():
            before = database["objects.chunks"].count_documents({})
            path = urlsplit(file["upload"]["url"]).path
            response = pool.submit(seeder.guest.request, "PUT", path, data=CONTENT)
            within(10, lambda: database["objects.chunks"].count_documents({}) > before + 8)
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
def test_an_upload_fails_with_the_store_and_can_be_repeated(fail, heal, database, start_upload, how):
    response = start_upload()

    fail("mongodb", how)
    failed = response.result(LONGEST_FAILURE)

    assert (failed.status_code, failed.json()["code"]) == (503, "file_storage_unavailable")
    assert int(failed.headers["Retry-After"]) > 0
    heal("mongodb")
    assert visible(database) == []
    assert is_accounted_for(database)
    assert start_upload().result(30).status_code == 204
    assert visible(database) == [SIZE]
    assert is_accounted_for(database)


def test_an_upload_that_is_killed_leaves_nothing_that_no_sweep_finds(system, database, start_upload):
    response = start_upload()

    (worker,) = system.server.workers()
    os.kill(worker, signal.SIGKILL)

    with pytest.raises(requests.ConnectionError):
        response.result(10)
    assert visible(database) == []
    assert database["objects.unfinished"].count_documents({}) == 1
    assert is_accounted_for(database)
    within(20, lambda: system.server.workers() - {worker})
    assert start_upload().result(30).status_code == 204
    assert visible(database) == [SIZE]


@pytest.fixture
def download(database, file, owner, start_upload):
    """Begin to download the file, which is ready; return the response, of whose body nothing is read."""
    assert start_upload().result(30).status_code == 204
    ready = {"state": "ready", "type": "application/pdf", "object": f"staging/{file['id']}", "etag": "a"}
    database["files"].update_one({"_id": ObjectId(file["id"])}, {"$set": ready})
    responses = []

    def download():
        responses.append(owner.request("GET", f"/files/{file['id']}/content", stream=True))
        return responses[-1]

    yield download
    for response in responses:
        response.close()


@pytest.mark.parametrize("how", ["frozen", pytest.param("refused", marks=pytest.mark.thorough)])
def test_a_download_is_cut_with_the_store_and_can_be_repeated(fail, heal, seeder, download, how):
    cut = [download() for _ in range(THREADS)]
    assert {response.status_code for response in cut} == {200}

    fail("mongodb", how)

    for response in cut:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            _ = response.content
    began = time.monotonic()
    assert seeder.guest.request("GET", "/health").ok
    assert download().status_code == 503
    assert time.monotonic() - began < LONGEST_FAILURE
    heal("mongodb")
    assert download().content == CONTENT


@pytest.fixture
def free_disk(system):
    """Let the web worker write no file of more than 64 kB, as if its disk were full, until this is called."""
    (worker,) = system.server.workers()
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (64_000, before[1]))

    def free_disk():
        resource.prlimit(worker, resource.RLIMIT_FSIZE, before)

    yield free_disk
    free_disk()


def cut_responses(system):
    """How many responses the log says were cut because the disk is full."""
    return system.server.log.read_text().count("a response was cut: OSError: [Errno")


def test_a_full_disk_fails_transfers_that_can_be_repeated(system, database, download, seeder, free_disk):
    workers = system.server.workers()
    path = urlsplit(seeder.instructor().request_json("POST", "/files", **DOCUMENT)["upload"]["url"]).path

    refused = seeder.guest.request("PUT", path, data=CONTENT)
    cut = download()

    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
    within(10, lambda: cut_responses(system))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ = cut.content
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
    before = cut_responses(system)

    responses = [download() for _ in range(8)]

    within(10, lambda: cut_responses(system) == before + len(responses))

    assert seeder.guest.request("GET", "/health").ok
    assert system.server.workers() == workers
