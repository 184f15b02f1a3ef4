"""Stores that answer, but cannot write: requests that need it get error responses, and nothing is half done."""

import pytest
import redis as redis_py
import sqlalchemy as sa

from devstack.services.redis import Redis
from learnstream.documents import Course
from learnstream.models import User
from learnstream.stores import cache, generations
from learnstream.stores.redis import redis
from learnstream.stores.sql import db

OUT_OF_DISK_SPACE, OVER_QUOTA = 14031, 8000
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


def test_a_read_only_postgresql_takes_no_account_and_shows_those_there_are(client, read_only, stranger):
    begin, _ = read_only
    begin()

    refused = client.post("/auth/register", json=SAM)
    # A test's requests share a database session, unlike real ones.
    db.session.rollback()

    assert (refused.status_code, refused.json["code"]) == (503, "store_unavailable")
    assert client.get("/users/me", auth=stranger).status_code == 200


def test_what_it_refused_is_done_when_it_is_repeated(client, read_only, separate_session):
    begin, end = read_only
    begin()
    refused = client.post("/auth/register", json=SAM)
    end()

    assert (refused.status_code, client.post("/auth/register", json=SAM).status_code) == (503, 201)
    assert separate_session.scalars(sa.select(User.email)).all() == [SAM["email"]]


@pytest.mark.parametrize("code", [OUT_OF_DISK_SPACE, OVER_QUOTA])
def test_without_room_in_mongodb_nothing_is_made_and_what_there_is_is_shown(client, refuse, owner, course, code):
    refuse("insert", "courses", code)

    refused = client.post("/courses", json={"title": "One too many"}, auth=owner)

    assert (refused.status_code, refused.json["code"]) == (503, "store_unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert Course.collection().count_documents({}) == 1
    assert client.get(f"/courses/{course.id}").status_code == 200


def test_without_room_for_contents_nothing_is_published(client, refuse, owner, draft_course):
    refuse("update", "lesson_versions", OUT_OF_DISK_SPACE)

    assert client.post(f"/courses/{draft_course.id}/publish", json={}, auth=owner).status_code == 503
    assert client.get(f"/courses/{draft_course.id}").status_code == 404


def test_a_refusal_of_another_kind_is_a_defect_of_ours(client, refuse, owner):
    refuse("insert", "courses", 2)

    answer = client.post("/courses", json={"title": "Bad value"}, auth=owner)

    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert answer.json["detail"] == "An internal error occurred."


def test_with_a_full_redis_sessions_go_on_and_end(client, full_redis, stranger):
    assert client.get("/users/me", auth=stranger).status_code == 200
    full_redis()

    assert client.get("/users/me", auth=stranger).status_code == 200
    assert client.post("/auth/logout", auth=stranger).status_code == 204
    # Simulate another process, which has not met the full Redis.
    generations.breaker.succeeded()
    assert client.get("/users/me", auth=stranger).status_code == 401


def test_a_full_redis_still_serves_what_it_holds(app, full_redis):
    assert cache.get_or_load("thing", lambda: b"known", ttl=30) == b"known"
    full_redis()
    cache.fill("other", b"x", generation=b"", ttl=30, stale_if_error=30)

    assert cache.lookup("thing")[0].value == b"known"


def test_a_full_redis_tells_what_it_holds_also_when_it_is_to_count(app, full_redis):
    cache.fill("thing", b"known", generation=b"", ttl=30, stale_if_error=30)
    full_redis()

    prefetch = cache.Prefetch()
    prefetch.read(["thing"], cache.Count("counter:thing", 60))

    assert (prefetch.entries["thing"].value, prefetch.counts) == (b"known", {})
