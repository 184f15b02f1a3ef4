import json

import pytest

from learnstream.documents import Course
from learnstream.errors import Unavailable
from learnstream.services.authoring import courses, versions
from learnstream.services.delivery import catalogue, visibility
from learnstream.stores import generations, mongo
from tests.factories import make_course


@pytest.fixture
def stale(monkeypatch):
    """All cache entries are past their TTL."""
    for module in (catalogue, courses, versions):
        monkeypatch.setattr(module, "TTL_SECONDS", -1)


@pytest.fixture
def one_moment(monkeypatch):
    """The 30 s window of a total never ends."""
    monkeypatch.setattr(catalogue, "TTL_SECONDS", 10**12)


@pytest.fixture
def outage(monkeypatch):
    return lambda: monkeypatch.setattr(mongo.breaker, "admit", fail)


def fail():
    raise Unavailable("store")


def total(answer):
    return json.loads(answer.headers["X-Pagination"])["total"]


def test_what_was_seen_serves_while_the_store_is_down(client, course, stale, outage):
    paths = ["/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons", f"/lessons/{course.preview.id}"]
    before = [client.get(path) for path in paths]
    outage()

    after = [client.get(path) for path in paths]

    assert [answer.status_code for answer in after] == [200] * 4
    assert [answer.data for answer in after] == [answer.data for answer in before]


def test_an_uncached_course_is_unavailable_while_the_store_is_down(client, course, outage):
    visibility.lesson_courses.clear()
    outage()

    for path in ("/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "store_unavailable")
        assert answer.headers["Retry-After"]


def test_a_page_that_a_publication_made_stale_serves_while_the_store_is_down(client, course, outage):
    before = client.get("/courses").json
    courses.invalidate(course.id)
    outage()

    assert client.get("/courses").json == before


def test_a_cached_page_reads_only_the_cache(client, course, queries):
    client.get("/courses")
    queries.clear()

    client.get("/courses")

    assert queries == ["redis"]


def test_an_uncached_page_takes_few_queries(client, course, queries):
    client.get("/courses")
    courses.invalidate(course.id)
    queries.clear()

    client.get("/courses")

    assert sorted(query for query in queries if query != "redis") == ["aggregate", "find"]


def test_the_pages_of_a_query_are_counted_once(client, owner, course, one_moment, queries):
    client.get(f"/courses?instructor={owner.id}")
    queries.clear()

    answer = client.get(f"/courses?instructor={owner.id}&page_size=1&sort=title")

    assert total(answer) == 1
    assert [query for query in queries if query != "redis"] == ["find"]


def test_other_queries_have_totals_of_their_own(client, course, one_moment):
    assert [total(client.get(f"/courses{query}")) for query in ("", "?subject=Biology")] == [1, 0]


def test_a_publication_is_counted_at_once(client, owner, course, one_moment):
    before = client.get("/courses?page_size=1")
    make_course(owner, title="Botany")

    assert (total(before), total(client.get("/courses?page_size=1"))) == (1, 2)


def test_without_redis_every_page_is_counted(client, owner, course, one_moment, monkeypatch):
    client.get("/courses")
    monkeypatch.setattr(generations.breaker, "admit", fail)
    make_course(owner, title="Botany")

    assert total(client.get("/courses")) == 2


def test_a_change_that_was_not_announced_is_counted_half_a_minute_later(client, course, monkeypatch):
    monkeypatch.setattr(catalogue, "TTL_SECONDS", 10**12)
    client.get("/courses")
    Course.collection().delete_many({})

    monkeypatch.setattr(catalogue, "TTL_SECONDS", 10**8)

    assert total(client.get("/courses?page_size=1")) == 0


def test_cards_of_courses_that_are_gone_are_left_out(course, draft_course):
    found = catalogue.cards([course.id, draft_course.id, "0" * 24])

    assert found == {course.id: {"title": "Astronomy", "slug": "astronomy", "cover": "", "status": "published"}}
