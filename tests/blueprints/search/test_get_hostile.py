"""GET /search with queries that nobody types: each is 4xx, or harmless."""

import pytest

from tests.search import found, make_found_course


@pytest.mark.parametrize(
    "query",
    [
        *(".*", "^a", "(((((", "[a-", "\\", "$where", "a{9999999}", "(a+)+$", "%", "_", "*", "?", "'; --", '"phrase"'),
        *(
            "-",
            "--",
            "-a",
            "- -",
            "---a",
            "\u200b",
            "\u202e",
            "\ufeff",
            "\u0640",
            "\u0301",
            "e\u0301\u0301\u0301",
            "🙂",
        ),
        *(
            "ﷺ",
            "\U0001f468\u200d\U0001f469",
            "İ" * 60,
            "ß" * 200,
            "x:y",
            "l:de",
            "=",
            "tbotany",
            "$ne",
        ),
        *("猫", "ー", "々", "ｶﾞｽ", "ﾞ", "\u3099", "क्", "\u0e33", "\U00020000", "ǅ", "1" * 200),
    ],
)
def test_harmless(client, owner, query):
    make_found_course(owner, "Botany")

    assert found(client, query) == []


@pytest.mark.parametrize(
    "query", ["", " ", "\0", "moon\0", "a\nb", "a\tb", "x" * 201, "x" * 100_000, "a " * 13, "\u2028", "\x85"]
)
@pytest.mark.parametrize("path", ["/search", "/search/suggest"])
def test_refused(client, path, query):
    response = client.get(path, query_string={"q": query})

    assert response.status_code == 422
    assert list(response.json["errors"]["query"]) == ["q"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("kind", each) for each in ("", "Course", "review", "course,book", "$ne")),
        *(("limit", each) for each in ("0", "51", "-1", "1e3", "x", "")),
        *(("language", each) for each in ("d", "de_AT", "$ne", "x" * 36)),
        *(("subject_id", each) for each in ("0", "-1", "x", str(2**63), "1.0")),
        *(("cursor", each) for each in ("x", "", "AAAA", "x" * 3000)),
        *((each, "1") for each in ("page", "page_size", "Q", "q[]", "q[$ne]", "sort")),
    ],
)
def test_a_bad_parameter_is_named(client, name, value):
    response = client.get("/search", query_string={"q": "moon", name: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["query"]) == [name]


def test_a_query_is_required_once(client):
    assert list(client.get("/search").json["errors"]["query"]) == ["q"]
    assert client.get("/search?q=a&q=b").status_code == 422


def test_a_cursor_of_another_query_is_refused(client, owner):
    make_found_course(owner, "Moon", {"title": "Moon one"}, {"title": "Moon two"})
    cursor = client.get("/search?q=moon&limit=1").headers["X-Next-Cursor"]

    assert client.get("/search", query_string={"q": "moons", "cursor": cursor}).status_code == 422
    assert client.get("/search", query_string={"q": "moon", "kind": "book", "cursor": cursor}).status_code == 422


@pytest.mark.parametrize("raw", ["%ff%fe", "%ed%a0%80", "%c0%80"])
def test_bytes_that_are_no_text_find_nothing(client, owner, raw):
    make_found_course(owner, "Botany")

    assert client.get(f"/search?q={raw}").json == []
