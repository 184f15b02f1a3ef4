"""Faults in the middle of archives of homework."""

from contextlib import ExitStack
from io import BytesIO
from zipfile import ZipFile

import pytest
import requests
from bson import ObjectId

from tests.faults.seeder import LONGEST
from tests.faults.transfers import SmallWindow, cut_responses, is_cut
from tests.waiting import within


@pytest.fixture
def archive(database, seeder):
    """Begin to download an archive of homework of several MB; return the response, of whose body nothing is read."""
    owner = seeder.instructor()
    course_id, lesson_id = seeder.homework(owner, max_length=20_000)
    learner, path = seeder.learner_of(course_id), f"/lessons/{lesson_id}/submission"
    learner.request_json("PUT", path, text="The moon " * 2000)
    learner.request_json("POST", f"{path}/submit")
    template = database["submissions"].find_one({"lesson_id": ObjectId(lesson_id)})
    others = [template | {"_id": ObjectId(), "user_id": 10_000_000 + number} for number in range(300)]
    database["submissions"].insert_many(others)
    with ExitStack() as opened:

        def archive():
            session = opened.enter_context(requests.Session())
            session.mount(owner.url, SmallWindow())
            headers = {"Authorization": f"Bearer {owner.tokens['access_token']}"}
            url = f"{owner.url}/lessons/{lesson_id}/submissions.zip"
            return opened.enter_context(session.get(url, headers=headers, timeout=LONGEST, stream=True))

        yield archive


def names_in(archive):
    with ZipFile(BytesIO(archive.content)) as found:
        assert found.testzip() is None
        return found.namelist()


def test_an_archive_that_does_not_fit_on_the_disk_is_cut_and_can_be_repeated(system, seeder, archive, free_disk):
    workers = system.server.workers()

    cut = archive()

    within(10, lambda: cut_responses(system) == 1)
    assert is_cut(cut)
    assert seeder.guest.request("GET", "/health").ok
    free_disk()
    assert len(names_in(archive())) == 302
    assert system.server.workers() == workers


@pytest.mark.parametrize("how", ["frozen", pytest.param("refused", marks=pytest.mark.thorough)])
def test_an_archive_is_cut_with_the_store_and_can_be_repeated(fail, heal, seeder, stores, archive, how):
    stores["mongodb"].proxy.hold_after(30_000)
    cut = archive()
    fail("mongodb", how)
    stores["mongodb"].proxy.release()

    assert cut.status_code == 200
    assert is_cut(cut)
    assert seeder.guest.request("GET", "/health").ok
    heal("mongodb")
    assert len(names_in(archive())) == 302
