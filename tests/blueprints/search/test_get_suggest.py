"""GET /search/suggest."""

from learnstream.services.search import index
from tests.books import make_book
from tests.search import make_found_course


def suggested(client, q):
    response = client.get("/search/suggest", query_string={"q": q})
    assert response.status_code == 200
    return [each["title"] for each in response.json]


def test_titles_are_suggested_from_the_first_letter_on(client, owner):
    course = make_found_course(owner, "Astronomy", {"title": "Moon phases"}, tags=["mathematics"])
    make_book(owner, "The Moonstone")
    index.catch_up()

    assert suggested(client, "m") == ["The Moonstone", "Moon phases"]
    assert suggested(client, "moon") == ["Moon phases", "The Moonstone"]
    assert suggested(client, "moon ph") == suggested(client, "ph moon") == ["Moon phases"]
    assert client.get("/search/suggest?q=astro").json == [{"kind": "course", "id": course.id, "title": "Astronomy"}]


def test_at_most_ten_titles_are_suggested_each_once(client, owner):
    make_found_course(owner, "Moon", *({"title": f"Moon {number // 2}"} for number in range(40)))

    titles = suggested(client, "moo")

    assert len(titles) <= 10
    assert len(titles) == len(set(titles))
    assert titles[0] == "Moon"


def test_suggestions_have_an_etag(client, owner):
    make_found_course(owner, "Moon")
    tag = client.get("/search/suggest?q=m").headers["ETag"]

    assert client.get("/search/suggest?q=m", headers={"If-None-Match": tag}).status_code == 304
