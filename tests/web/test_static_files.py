import gzip
import re

import pytest


@pytest.fixture
def address(client):
    """The address of a static file as a page has it."""
    [found] = re.findall(r'href="(/static/[^"]+)"', client.get("/").text)
    return found


def test_a_file_is_kept_while_pages_ask_for_the_same_content(client, address):
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000"


@pytest.mark.parametrize("query", ["", "?v=another"])
def test_without_its_version_a_file_is_asked_for_again(client, address, query):
    answer = client.get(address.partition("?")[0] + query)

    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_file_is_compressed_for_those_who_ask(client, address):
    plain = client.get(address)
    small = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(small.data) == plain.data
    assert (plain.headers["Vary"], small.headers["Content-Encoding"]) == ("Accept-Encoding", "gzip")
    assert plain.mimetype == small.mimetype == "text/css"


@pytest.mark.parametrize("name", ["nothing.css", "../config.py", "%2e%2e/__init__.py", "dashboard", "%00", "x" * 300])
def test_nothing_else_is_served(client, name):
    answer = client.get(f"/static/{name}")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
