"""Stores that answer, but cannot write: requests that need it get error responses, and nothing is half done."""

from urllib.parse import urlsplit

import pytest
import redis as redis_py
import sqlalchemy as sa

from devstack.services.redis import Redis
from learnstream.documents import Course
from learnstream.models import User
from learnstream.stores import cache, generations, gridfs
from learnstream.stores.redis import redis
from learnstream.stores.sql import db
from tests.files import PDF

OUT_OF_DISK_SPACE, OVER_QUOTA = 14031, 8000
TOO_FEW_MEMBERS = {"code": 64, "errmsg": "waiting for replication timed out"}
SAM = {"name": "Sam", "email": "sam@example.com", "password": "a walrus in the pantry"}


@pytest.fixture
def read_only(app):
    """Make PostgreSQL read-only, like a replica, and writable again."""
    name = db.engine.url.database

    def say(word):
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("SET default_transaction_read_only = off"))
            connection.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {word}'))
        db.session.remove()
        db.engine.dispose()

    yield lambda: say("on"), lambda: say("off")
    say("off")


@pytest.fixture
def full_redis(app, tmp_path, monkeypatch):
    """Replace the usual Redis with one that has no memory left."""
    server = Redis(tmp_path / "redis")
    server.start()
    with redis_py.Redis.from_url(server.url) as client:
        monkeypatch.setattr(redis, "client", client)
        yield lambda: client.config_set("maxmemory", 1)
    server.stop()


def test_a_read_only_postgresql_rejects_writes_and_serves_reads(client, read_only, stranger):
    begin, _ = read_only
    begin()

    rejected = client.post("/auth/register", json=SAM)
    # A test's requests share a database session, unlike real ones.
    db.session.rollback()

    assert (rejected.status_code, rejected.json["code"]) == (503, "store_unavailable")
    assert client.get("/users/me", auth=stranger).status_code == 200


def test_a_request_rejected_while_read_only_can_be_repeated(client, read_only, separate_session):
    begin, end = read_only
    begin()
    rejected = client.post("/auth/register", json=SAM)
    end()

    assert (rejected.status_code, client.post("/auth/register", json=SAM).status_code) == (503, 201)
    assert separate_session.scalars(sa.select(User.email)).all() == [SAM["email"]]


@pytest.mark.parametrize("code", [OUT_OF_DISK_SPACE, OVER_QUOTA])
def test_a_full_mongodb_rejects_writes_and_serves_reads(client, reject_command, owner, course, code):
    reject_command("insert", "courses", code)

    rejected = client.post("/courses", json={"title": "One too many"}, auth=owner)

    assert (rejected.status_code, rejected.json["code"]) == (503, "store_unavailable")
    assert int(rejected.headers["Retry-After"]) > 0
    assert Course.collection().count_documents({}) == 1
    assert client.get(f"/courses/{course.id}").status_code == 200


def test_a_full_mongodb_publishes_nothing(client, reject_command, owner, draft_course):
    reject_command("update", "lesson_versions", OUT_OF_DISK_SPACE)

    assert client.post(f"/courses/{draft_course.id}/publish", json={}, auth=owner).status_code == 503
    assert client.get(f"/courses/{draft_course.id}").status_code == 404


@pytest.mark.parametrize(
    "failure",
    [{"errorCode": OUT_OF_DISK_SPACE}, {"errorCode": OVER_QUOTA}, {"writeConcernError": TOO_FEW_MEMBERS}],
    ids=["no disk space", "over quota", "too few members"],
)
def test_a_full_mongodb_stores_no_upload_until_it_has_space(client, fail_command, owner, failure):
    described = {"purpose": "document", "name": "Moon.pdf", "size": len(PDF)}
    url = client.post("/files", json=described, auth=owner).json["upload"]["url"]
    fail_command("insert", gridfs.CHUNKS, **failure)

    rejected = client.put(urlsplit(url).path, data=PDF)

    assert (rejected.status_code, rejected.json["code"]) == (503, "file_storage_unavailable")
    assert int(rejected.headers["Retry-After"]) > 0
    assert gridfs.collection(gridfs.FILES).count_documents({}) == 0
    fail_command()
    assert client.put(urlsplit(url).path, data=PDF).status_code == 204


def test_an_unexpected_mongodb_error_is_an_internal_error(client, reject_command, owner):
    reject_command("insert", "courses", 2)

    response = client.post("/courses", json={"title": "Bad value"}, auth=owner)

    assert (response.status_code, response.json["code"]) == (500, "internal_error")
    assert response.json["detail"] == "An internal error occurred."


def test_sessions_work_with_a_full_redis(client, full_redis, stranger):
    assert client.get("/users/me", auth=stranger).status_code == 200
    full_redis()

    assert client.get("/users/me", auth=stranger).status_code == 200
    assert client.post("/auth/logout", auth=stranger).status_code == 204
    # Simulate another process, which has not met the full Redis.
    generations.breaker.succeeded()
    assert client.get("/users/me", auth=stranger).status_code == 401


def test_a_full_redis_still_serves_cached_entries(app, full_redis):
    assert cache.get_or_load("thing", lambda: b"known", ttl=30) == b"known"
    full_redis()
    cache.fill("other", b"x", generation=b"", ttl=30, stale_if_error=30)

    assert cache.lookup("thing")[0].value == b"known"


def test_a_full_redis_serves_cached_entries_when_counting_fails(app, full_redis):
    cache.fill("thing", b"known", generation=b"", ttl=30, stale_if_error=30)
    full_redis()

    prefetch = cache.Prefetch()
    prefetch.read(["thing"], cache.Count("counter:thing", 60))

    assert (prefetch.entries["thing"].value, prefetch.counts) == (b"known", {})
