"""Documents in an S3 store, which serves their bytes itself."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests

from learnstream.clock import now
from learnstream.services.media import file_links
from tests.files import PDF

in_s3 = pytest.mark.usefixtures("files_in_s3")


def link_to(client, lesson, auth, **query):
    return client.get(f"/lessons/{lesson.id}/document", auth=auth, query_string=query).json


@in_s3
def test_the_link_is_the_stores_own(client, s3, reader, handout):
    url = link_to(client, handout.lessons[0], reader)["url"]

    response = requests.get(url, headers={"Range": "bytes=0-3"}, timeout=5)

    assert urlsplit(url).netloc == urlsplit(s3.bucket.endpoint).netloc
    assert (response.status_code, response.content) == (206, PDF[:4])
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline")


@in_s3
def test_the_link_can_save_the_file(client, reader, handout):
    url = link_to(client, handout.lessons[0], reader, inline="false")["url"]

    assert requests.get(url, timeout=5).headers["Content-Disposition"].startswith("attachment")


@in_s3
def test_the_stores_url_expires_with_the_link(client, reader, handout, monkeypatch):
    moment = now()
    monkeypatch.setattr(file_links, "now", lambda: moment - timedelta(minutes=6))
    url = link_to(client, handout.lessons[0], reader)["url"]

    assert requests.get(url, timeout=5).status_code == 403


@in_s3
def test_a_withdrawn_learner_gets_no_new_link(client, reader, handout):
    client.delete(f"/courses/{handout.id}/enroll", auth=reader)

    assert link_to(client, handout.lessons[0], reader)["code"] == "not_enrolled"


@in_s3
def test_the_content_route_redirects_to_the_store(client, reader, handout):
    file_id = client.get(f"/lessons/{handout.lessons[0].id}", auth=reader).json["document"]["id"]

    response = client.get(f"/files/{file_id}/content", auth=reader)

    assert response.status_code == 302
    assert requests.get(response.location, timeout=5).content == PDF


def test_a_file_that_was_stored_before_s3_is_still_served(client, reader, handout, request):
    request.getfixturevalue("files_in_s3")
    url = urlsplit(link_to(client, handout.lessons[0], reader)["url"])

    assert client.get(f"{url.path}?{url.query}").data == PDF


@in_s3
def test_a_known_lesson_needs_neither_postgresql_nor_mongodb_nor_the_store(client, reader, handout, queries):
    link_to(client, handout.lessons[0], reader)
    queries.clear()

    link_to(client, handout.lessons[0], reader)

    assert queries == ["redis"]
