"""The bytes of files in a bucket: readers get a presigned URL of it, for five minutes."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from learnstream.clock import now
from learnstream.integrations import files
from learnstream.services.media import files as file_facts
from tests.files import PDF


@pytest.fixture
def handout(files_in_s3, handout):
    """A published course whose documents are in the bucket."""
    return handout


def link_to(client, lesson, auth, **query):
    return client.get(f"/lessons/{lesson.id}/document", auth=auth, query_string=query).json["url"]


def document_of(client, lesson, owner):
    return client.get(f"/lessons/{lesson.id}?draft=true", auth=owner).json["document"]["id"]


def fetch(url, **headers):
    return urllib3.request("GET", url, headers=headers)


def ends_at(url):
    signed = dict(parse_qsl(urlsplit(url).query))
    return datetime.strptime(signed["X-Amz-Date"], "%Y%m%dT%H%M%S%z") + timedelta(seconds=int(signed["X-Amz-Expires"]))


def test_a_link_leads_to_the_bucket(client, reader, lesson, s3):
    url = link_to(client, lesson, reader)

    whole, part = fetch(url), fetch(url, Range="bytes=5-9")
    assert url.startswith(s3.url)
    assert (whole.data, part.data, part.status) == (PDF, PDF[5:10], 206)
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"] == 'inline; filename="Moon.pdf"'


def test_a_link_can_save_the_file(client, reader, lesson):
    saved = fetch(link_to(client, lesson, reader, inline="false"))

    assert saved.headers["Content-Disposition"] == 'attachment; filename="Moon.pdf"'


def test_a_link_lives_as_long_as_it_says(client, reader, lesson):
    body = client.get(f"/lessons/{lesson.id}/document", auth=reader).json

    assert ends_at(body["url"]) == datetime.fromisoformat(body["expires_at"]) <= now() + timedelta(minutes=5)


def test_a_guest_reads_a_free_preview(client, handout):
    assert fetch(link_to(client, handout.lessons[1], None)).data == PDF


def test_a_withdrawn_learner_gets_no_url(client, reader, lesson, handout):
    link_to(client, lesson, reader)

    assert client.delete(f"/courses/{handout.id}/enroll", auth=reader).status_code == 204

    assert client.get(f"/lessons/{lesson.id}/document", auth=reader).status_code == 403


@pytest.mark.parametrize("person", ["owner", "admin", "reader"])
def test_a_reader_is_redirected_to_the_bucket(client, lesson, owner, request, person):
    file_id = document_of(client, lesson, owner)

    response = client.get(f"/files/{file_id}/content?inline=true", auth=request.getfixturevalue(person))

    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "private, no-store"
    assert ends_at(response.headers["Location"]) <= now() + timedelta(minutes=5)
    assert fetch(response.headers["Location"]).data == PDF


def test_head_describes_the_file_without_the_bucket(client, lesson, owner):
    response = client.head(f"/files/{document_of(client, lesson, owner)}/content", auth=owner)

    assert response.status_code == 200
    assert (response.headers["Content-Type"], response.content_length) == ("application/pdf", len(PDF))


@pytest.fixture
def stale_at_once(monkeypatch):
    """Let cached facts of files be used only while MongoDB fails."""
    monkeypatch.setattr(file_facts, "TTL_SECONDS", 0.001)


def test_a_document_that_was_read_before_is_read_while_mongodb_fails(
    client, reader, lesson, fail_command, stale_at_once
):
    link_to(client, lesson, reader)

    fail_command("find", "files", closeConnection=True)

    assert fetch(link_to(client, lesson, reader)).data == PDF


def test_a_file_that_was_read_before_is_read_by_its_owner_while_mongodb_fails(
    client, lesson, owner, fail_command, stale_at_once
):
    path = f"/files/{document_of(client, lesson, owner)}/content"
    client.get(path, auth=owner)

    fail_command("find", "files", closeConnection=True)

    assert fetch(client.get(path, auth=owner).headers["Location"]).data == PDF


def test_a_file_whose_store_is_not_configured_is_unavailable(app, client, lesson, owner, monkeypatch):
    file_id = document_of(client, lesson, owner)
    monkeypatch.setitem(app.extensions, files.EXTENSION, files.Stores(files.store_of("gridfs")))

    response = client.get(f"/files/{file_id}/content", auth=owner)

    assert (response.status_code, response.json["code"]) == (503, "file_storage_unavailable")
    assert client.get(f"/lessons/{lesson.id}/document", auth=owner).status_code == 503


def test_a_stranger_is_not_redirected(client, lesson, owner, stranger):
    file_id = document_of(client, lesson, owner)

    responses = [client.get(f"/files/{file_id}/content", auth=auth) for auth in (stranger, None)]

    assert [response.status_code for response in responses] == [404, 401]
    assert all("Location" not in response.headers for response in responses)
