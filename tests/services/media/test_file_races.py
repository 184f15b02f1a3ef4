"""Everything that can happen to files, at once: nothing in use is removed, and nothing is left behind."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose, FileQuota
from learnstream.errors import Conflict, NotFound
from learnstream.integrations import files as port
from learnstream.services.media import (
    file_orphans,
    file_processing,
    file_removal,
    file_sweeps,
    file_use,
    file_worker,
    files,
)
from learnstream.services.media.file_processing import Checked, Refused
from tests.files import STORED

SIZE = 100
LONGEST = 0.02  # seconds between holding a file and referring to it
THREADS, STEPS = 4, 60
FEW = 4  # files at the same time, so that what happens concerns the same ones


class Users:
    """Users of files, who hold a file before they refer to it; `references` are those that were written."""

    def __init__(self, owner):
        self.owner_id = owner.id
        self.ids = []
        self.references = set()
        self.lock = threading.Lock()

    def create(self, rng):
        created = files.create(owner_id=self.owner_id, purpose=FilePurpose.DOCUMENT, name="Moon.pdf", size=SIZE)
        self.ids.append(created.file["_id"])

    def any(self, rng):
        return rng.choice(self.ids[-FEW:])

    def arrive(self, rng):
        self.create(rng)
        self.upload(rng)
        self.complete(rng)

    def upload(self, rng):
        file_id = self.any(rng)
        files.require_uploading(str(file_id))
        port.service().put(files.staging_name(file_id), [b"x" * SIZE], content_type=None)

    def complete(self, rng):
        files.complete(str(self.any(rng)), by=self.owner_id)

    def use(self, rng):
        file_id = rng.choice(File.collection().distinct("_id", {"state": "ready"}) or self.ids)
        files.hold(str(file_id), purpose=FilePurpose.DOCUMENT)
        # What else a request does between the two.
        time.sleep(rng.uniform(0, LONGEST))
        with self.lock:
            self.references.add(file_id)

    def delete(self, rng):
        file_removal.delete(str(rng.choice(File.collection().distinct("_id", {"state": "ready"}) or self.ids)))

    def process(self, rng):
        # As if leases had ended: several workers process one file.
        File.collection().update_many({"due_at": {"$exists": True}}, {"$set": {"due_at": now()}})
        file_worker.process_due()

    def sweep(self, rng):
        ready = {"_id": self.any(rng), "state": "ready", "removing_at": None}
        File.collection().update_many(ready, {"$set": {"review_at": now(), "unnamed_since": now() - timedelta(days=8)}})
        file_sweeps.review_due()

    def named(self, ids):
        with self.lock:
            return self.references & set(ids)


@pytest.fixture
def users(app, owner, monkeypatch):
    users = Users(owner)
    monkeypatch.setitem(file_use.namers, FilePurpose.DOCUMENT, [users.named])
    monkeypatch.setitem(file_processing.processors, FilePurpose.DOCUMENT, check)
    # A reference is written at once here, which makes the last look superfluous.
    monkeypatch.setattr(file_removal, "HOLD", timedelta(seconds=1))
    monkeypatch.setattr(file_orphans, "MIN_AGE", -timedelta(hours=1))
    monkeypatch.setattr(file_worker, "MAX_LAPSES", 1000)
    return users


def check(file, store):
    if ObjectId(file["_id"]).binary[-1] % 5 == 0:
        raise Refused("content", "pdf_broken", "It is broken.")
    assert b"".join(store.open(file["object"])) == b"x" * SIZE
    return Checked("application/pdf", pages=1)


def act(app, users, seed):
    rng = random.Random(seed)
    steps = [
        users.arrive,
        users.create,
        users.upload,
        users.complete,
        users.use,
        users.delete,
        users.process,
        users.sweep,
    ]
    with app.app_context():
        for _ in range(STEPS):
            step = rng.choices(steps, weights=[4, 1, 3, 3, 6, 3, 5, 3])[0] if users.ids else users.create
            # Too early, too late, in use, or removed.
            with suppress(NotFound, Conflict):
                step(rng)


def settle():
    """Let the workers finish, and the sweeps find what is left."""
    File.collection().update_many({"due_at": {"$exists": True}}, {"$set": {"due_at": now()}})
    file_worker.process_due()
    File.collection().update_many({"removing_at": {"$ne": None}}, {"$set": {"review_at": now()}})
    file_sweeps.review_due()
    file_orphans.sweep()


# Without the worker's last look, both of the default run fail.
SEEDS = [pytest.param(n, marks=[] if n in {16, 20} else pytest.mark.thorough) for n in range(30)]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_in_use_is_removed_and_nothing_is_left_behind(app, users, seed):
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(act, app, users, seed * 100 + number) for number in range(THREADS)]:
            done.result()
    settle()

    known = {file["_id"]: file for file in STORED.find({})}
    assert users.references
    assert users.references <= {file_id for file_id, file in known.items() if file["state"] == "ready"}
    assert not any(file["removing_at"] for file in known.values())
    assert FileQuota.collection().find_one()["used"] == sum(file["charged"] for file in known.values())
    charged = {file["state"]: file["charged"] for file in known.values()}
    assert charged.items() <= {"uploading": SIZE, "ready": SIZE, "refused": 0}.items()
    objects = set(port.service().names("", older_than=now() + timedelta(hours=2)))
    assert {name for name in objects if name.startswith("files/")} == {
        file["object"] for file in known.values() if file["state"] == "ready"
    }
    staged = {ObjectId(name.rpartition("/")[2]) for name in objects if name.startswith("staging/")}
    assert {known[file_id]["state"] for file_id in staged} <= {"uploading"}
