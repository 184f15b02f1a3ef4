import pytest

from learnstream import mongo
from learnstream.errors import Unavailable
from learnstream.services.authoring import courses, versions
from learnstream.services.delivery import catalogue, visibility


@pytest.fixture
def stale(monkeypatch):
    """Nothing that is cached is fresh."""
    for module in (catalogue, courses, versions):
        monkeypatch.setattr(module, "FRESH_SECONDS", -1)


@pytest.fixture
def outage(monkeypatch):
    def refuse():
        raise Unavailable("mongodb")

    return lambda: monkeypatch.setattr(mongo.breaker, "admit", refuse)


def test_what_was_seen_serves_while_the_store_is_down(client, course, stale, outage):
    paths = ["/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons", f"/lessons/{course.preview.id}"]
    before = [client.get(path) for path in paths]
    outage()

    after = [client.get(path) for path in paths]

    assert [answer.status_code for answer in after] == [200] * 4
    assert [answer.data for answer in after] == [answer.data for answer in before]


def test_what_was_not_seen_is_an_outage(client, course, outage):
    visibility.places.clear()
    outage()

    for path in ("/courses", f"/courses/{course.id}", f"/courses/{course.id}/lessons"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "store_unavailable")
        assert answer.headers["Retry-After"]


def test_a_page_that_a_publication_made_stale_serves_while_the_store_is_down(client, course, outage):
    before = client.get("/courses").json
    courses.forget(course.id)
    outage()

    assert client.get("/courses").json == before


def test_a_fresh_page_asks_only_the_cache(client, course, queries):
    client.get("/courses")
    queries.clear()

    client.get("/courses")

    assert queries == ["redis"]


def test_a_page_that_was_not_seen_takes_few_questions(client, course, queries):
    client.get("/courses")
    courses.forget(course.id)
    queries.clear()

    client.get("/courses")

    assert sorted(query for query in queries if query != "redis") == ["aggregate", "find"]


def test_cards_of_courses_that_are_gone_are_left_out(course, draft_course):
    found = catalogue.cards([course.id, draft_course.id, "0" * 24])

    assert found == {course.id: {"title": "Astronomy", "slug": "astronomy", "cover": "", "status": "published"}}
