"""Processes that are killed while a file is created or removed: it is charged exactly once, and holds up no other."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from learnstream.documents.file import File, FileQuota
from learnstream.services.media import file_quota
from tests.faults.test_attempts import moments
from tests.files import make_file, stored
from tests.server import ROOT

WRITES = 4
OTHER, SIZE = 5, 1000
NEW = {"purpose": "document", "name": "Moon.pdf", "size": SIZE}


@pytest.fixture
def killed(settings):
    """Run a module of the tests in a process that is killed."""

    def killed(module, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **settings},
            capture_output=True,
            text=True,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return killed


def end_abandoned(monkeypatch):
    monkeypatch.setattr(file_quota, "ABANDONED_AFTER", timedelta(0))
    file_quota.end_abandoned()


def assert_exact(owner):
    assert file_quota.used(owner.id) == sum(file["charged"] for file in File.collection().find())
    assert not FileQuota.collection().find_one()["moves"]


@pytest.mark.parametrize(("moment", "write"), moments(WRITES, ("succeeded", 2), ("succeeded", 3)))
def test_a_creation_that_is_killed_charges_once(owner, killed, monkeypatch, moment, write):
    killed("attempt_and_die", moment, write, "POST", "/files", owner.token, json.dumps(NEW))

    make_file(owner, size=OTHER)
    assert file_quota.used(owner.id) >= sum(file["charged"] for file in File.collection().find())
    end_abandoned(monkeypatch)
    assert_exact(owner)
    is_created = (moment, write) in {("succeeded", 3), ("started", 4), ("succeeded", 4)}
    assert file_quota.used(owner.id) == OTHER + (SIZE if is_created else 0)


@pytest.mark.parametrize(("moment", "write"), moments(WRITES, ("succeeded", 3)))
def test_a_file_whose_creation_was_killed_can_be_removed(owner, killed, monkeypatch, moment, write):
    killed("attempt_and_die", moment, write, "POST", "/files", owner.token, json.dumps(NEW))

    file_quota.release({"owner_id": owner.id})
    end_abandoned(monkeypatch)

    assert (file_quota.used(owner.id), File.collection().count_documents({})) == (0, 0)


@pytest.mark.parametrize("repairs_first", [False, True])
@pytest.mark.parametrize(("moment", "write"), moments(WRITES, ("succeeded", 1), ("succeeded", 2)))
def test_a_removal_that_is_killed_releases_once(owner, killed, monkeypatch, moment, write, repairs_first):
    file = make_file(owner, size=SIZE)
    killed("release_and_die", moment, write, file["_id"])

    make_file(owner, size=OTHER)
    if repairs_first:
        end_abandoned(monkeypatch)
        assert_exact(owner)
    assert file_quota.release({"_id": file["_id"]}) is ((moment, write) != ("succeeded", 4))
    end_abandoned(monkeypatch)

    assert_exact(owner)
    assert (file_quota.used(owner.id), stored(file["_id"])) == (OTHER, None)
