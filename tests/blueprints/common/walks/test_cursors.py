"""Cursors that are invalid, or belong to another list."""

import base64

import pytest


@pytest.fixture
def cursor(client, catalogue):
    return client.get("/courses?page_size=2&sort=title").headers["X-Next-Cursor"]


def refused(response):
    return response.status_code == 422 and list(response.json["errors"]["query"]) == ["cursor"]


def test_a_cursor_works_with_any_page_size(client, cursor):
    whole = client.get("/courses?sort=title").json

    assert client.get(f"/courses?sort=title&page_size=3&cursor={cursor}").json == whole[2:5]


@pytest.mark.parametrize("query", ["", "sort=newest", "sort=title&level=all", "sort=title&q=fruit"])
def test_a_cursor_of_another_order_or_filter_is_rejected(client, cursor, query):
    assert refused(client.get(f"/courses?{query}&cursor={cursor}"))


def test_a_cursor_of_another_list_is_rejected(client, cursor, admin):
    assert refused(client.get(f"/users/me/courses?cursor={cursor}", auth=admin))


def test_page_and_cursor_together_are_rejected(client, cursor):
    assert refused(client.get(f"/courses?sort=title&page=1&cursor={cursor}"))


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "!", "%00", "%ff", "é", "A" * 2000, "A" * 2001, "bnVsbA"])
def test_an_invalid_cursor_is_rejected(client, catalogue, forged):
    assert refused(client.get(f"/courses?cursor={forged}"))


def test_a_changed_cursor_is_rejected(client, cursor):
    places = range(len(cursor))

    changed = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in places]

    assert all(refused(client.get(f"/courses?sort=title&cursor={each}")) for each in changed)
    assert refused(client.get(f"/courses?sort=title&cursor={cursor}="))
    assert refused(client.get(f"/courses?sort=title&cursor={cursor}A"))


def test_a_cursor_reveals_no_secret(client, app, cursor):
    plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

    assert app.config["SECRET_KEY"].encode() not in plain


def test_the_preview_takes_no_cursor(client, owner, course):
    response = client.get(f"/courses/{course.id}/publish-preview?cursor=x", auth=owner)

    assert response.json["errors"] == {"query": {"cursor": ["Unknown parameter."]}}


def test_the_next_link_keeps_every_parameter(client, catalogue):
    link = client.get("/courses?page_size=2&q=fruit&language=&page=1").headers["Link"]

    assert link.startswith("</courses?page_size=2&q=fruit&language=&cursor=")
