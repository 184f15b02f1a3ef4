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
def fixed_window(monkeypatch):
    """The 30 s window of a total never ends."""
    monkeypatch.setattr(catalogue, "TTL_SECONDS", 10**12)


@pytest.fixture
def outage(monkeypatch):
    return lambda: monkeypatch.setattr(mongo.breaker, "admit", fail)


def fail():
    raise Unavailable("store")


def total(response):
    return json.loads(response.headers["X-Pagination"])["total"]


def test_cached_responses_are_served_while_the_store_is_down(client, course, stale, outage):
    paths = ["/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons", f"/lessons/{course.preview.id}"]
    before = [client.get(path) for path in paths]
    outage()

    after = [client.get(path) for path in paths]

    assert [response.status_code for response in after] == [200] * 4
    assert [response.data for response in after] == [response.data for response in before]


def test_an_uncached_course_is_unavailable_while_the_store_is_down(client, course, outage):
    visibility.lesson_courses.clear()
    outage()

    for path in ("/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons"):
        response = client.get(path)
        assert (response.status_code, response.json["code"]) == (503, "store_unavailable")
        assert response.headers["Retry-After"]


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


def test_the_pages_of_a_query_are_counted_once(client, owner, course, fixed_window, queries):
    client.get(f"/courses?instructor={owner.id}")
    queries.clear()

    response = client.get(f"/courses?instructor={owner.id}&page_size=1&sort=title")

    assert total(response) == 1
    assert [query for query in queries if query != "redis"] == ["find"]


def test_other_queries_have_totals_of_their_own(client, course, fixed_window):
    assert [total(client.get(f"/courses{query}")) for query in ("", "?subject=Biology")] == [1, 0]


def test_a_publication_updates_the_total_immediately(client, owner, course, fixed_window):
    before = client.get("/courses?page_size=1")
    make_course(owner, title="Botany")

    assert (total(before), total(client.get("/courses?page_size=1"))) == (1, 2)


def test_without_redis_every_page_is_counted(client, owner, course, fixed_window, monkeypatch):
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


def test_cards_of_deleted_courses_are_left_out(course, draft_course):
    found = catalogue.cards([course.id, draft_course.id, "0" * 24])

    assert found == {course.id: {"title": "Astronomy", "slug": "astronomy", "cover": "", "status": "published"}}
