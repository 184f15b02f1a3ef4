"""The URLs that clients get, against a server that checks their signatures."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from learnstream.clock import now
from learnstream.integrations.s3 import adapter
from learnstream.integrations.s3.adapter import S3

NAME = "staging/64b000000000000000000001"
PDF = b"%PDF-1.7 and so on"
SOON = timedelta(minutes=5)
SHOWN = {"filename": "Отчёт.pdf", "content_type": "application/pdf", "inline": False}


@pytest.fixture
def store(s3):
    return S3(s3.bucket)


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the clock with which URLs are signed."""
    return lambda moment: monkeypatch.setattr(adapter, "now", lambda: moment)


def upload(target, body=PDF, **headers):
    return urllib3.request(target.method, target.url, body=body, headers=target.headers | headers, retries=False).status


def target_of(store, **options):
    size, content_type, expires_at = len(PDF), "application/pdf", now() + SOON
    return store.upload_target(
        NAME, **({"size": size, "content_type": content_type, "expires_at": expires_at} | options)
    )


def test_a_client_uploads_with_the_headers_that_it_was_given(store):
    assert upload(target_of(store)) == 200

    assert store.stat(NAME).size == len(PDF)


def test_a_client_uploads_without_knowing_the_type(store):
    target = target_of(store, content_type=None)

    assert target.headers == {"Content-Type": "application/octet-stream"}
    assert upload(target) == 200


@pytest.mark.parametrize(
    "change", [{"body": PDF[:-1]}, {"body": PDF + b"x"}, {"body": b""}, {"Content-Type": "text/html"}]
)
def test_another_upload_than_announced_is_rejected(store, change):
    assert upload(target_of(store), **change) == 403

    assert list(store.names("staging/", older_than=now() + SOON)) == []


def test_an_upload_url_expires(store, at):
    at(now() - 2 * SOON)

    assert upload(target_of(store, expires_at=now() + SOON)) == 200
    assert upload(target_of(store, expires_at=now() - timedelta(seconds=2))) == 403


def test_the_same_upload_twice_is_the_same_object(store):
    target = target_of(store)

    assert [upload(target), upload(target)] == [200, 200]
    assert store.stat(NAME).size == len(PDF)


@pytest.mark.parametrize("inline", [True, False])
def test_a_client_downloads_under_the_files_own_name(store, inline):
    store.put(NAME, [PDF], content_type="text/html")

    response = urllib3.request("GET", store.download_url(NAME, **SHOWN | {"inline": inline}, expires_at=now() + SOON))

    assert response.data == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    kind = "inline" if inline else "attachment"
    assert response.headers["Content-Disposition"].startswith(f"{kind}; filename=\".pdf\"; filename*=UTF-8''%D0%9E")


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "text/plain", "application/xhtml+xml"])
def test_what_a_browser_might_execute_is_only_saved(store, content_type):
    store.put(NAME, [b"<script>"], content_type=None)
    shown = SHOWN | {"content_type": content_type, "inline": True}

    response = urllib3.request("GET", store.download_url(NAME, **shown, expires_at=now() + SOON))

    assert response.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(("is_public", "cached"), [(False, "private, no-cache"), (True, "public, max-age=86400")])
def test_caches_keep_what_is_public(store, is_public, cached):
    store.put(NAME, [PDF], content_type=None)
    url = store.download_url(NAME, **SHOWN, expires_at=now() + SOON, is_public=is_public)

    assert urllib3.request("GET", url).headers["Cache-Control"] == cached


def test_a_client_downloads_a_range(store):
    store.put(NAME, [PDF], content_type=None)
    url = store.download_url(NAME, **SHOWN, expires_at=now() + SOON)

    part = urllib3.request("GET", url, headers={"Range": "bytes=1-3"})

    assert (part.status, part.data, part.headers["Content-Range"]) == (206, b"PDF", f"bytes 1-3/{len(PDF)}")


@pytest.mark.parametrize(
    "change",
    [("staging", "files"), ("attachment", "inline"), ("application%2Fpdf", "text%2Fhtml"), ("Expires=", "Expires=1")],
)
def test_a_download_url_cannot_be_changed(store, change):
    store.put(NAME, [PDF], content_type=None)
    store.put(NAME.replace(*change), [PDF], content_type=None)
    url = store.download_url(NAME, **SHOWN, expires_at=now() + SOON)
    assert change[0] in url

    assert urllib3.request("GET", url.replace(*change)).status == 403


def test_a_download_url_ends_at_the_given_time(store, at):
    expires_at = datetime(2026, 5, 1, 23, 59, 59, 900_000, tzinfo=UTC) + SOON
    at(expires_at - SOON)
    url = store.download_url(NAME, **SHOWN, expires_at=expires_at)

    signed = dict(parse_qsl(urlsplit(url).query))
    signed_at = datetime.strptime(signed["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    assert signed_at + timedelta(seconds=int(signed["X-Amz-Expires"])) == expires_at.replace(microsecond=0)


def test_the_same_download_has_the_same_url_all_day(store, at):
    def url(hour):
        at(datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hour))
        return store.download_url(NAME, **SHOWN, expires_at=datetime(2026, 5, 3, tzinfo=UTC))

    assert url(0) == url(9) == url(23.9) != url(24)
