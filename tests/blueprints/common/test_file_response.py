"""Stored files as responses: ranges, conditions, names, and what browsers may do with them."""

import pytest
from werkzeug.test import run_wsgi_app

from learnstream.blueprints.common.file_response import stream_file
from learnstream.errors.file_storage import Missing, RangeNotSatisfiable
from learnstream.integrations import files

NAME = "files/64b000000000000000000001"
CONTENT = bytes(range(256)) * 5000  # five chunks
SIZE = len(CONTENT)
PDF = {"content_type": "application/pdf", "filename": "Moon.pdf", "inline": False}


@pytest.fixture
def get(app):
    """Request the stored file; return the status, the headers and the body."""
    stored = files.service().put(NAME, [CONTENT], content_type=None)

    def get(*, method="GET", about=None, **headers):
        fields = {name.replace("_", "-"): value.replace("ETAG", stored.etag) for name, value in headers.items()}
        with app.test_request_context(method=method, headers=fields) as context:
            facts = {"size": stored.size, "etag": stored.etag, **PDF, **(about or {})}
            response = stream_file(files.service(), NAME, **facts)
            body, status, sent = run_wsgi_app(response, context.request.environ)
            return int(status.split()[0]), sent, b"".join(body)

    return get


def test_a_file_is_sent_whole(get):
    status, headers, body = get()

    assert (status, body) == (200, CONTENT)
    assert headers["Content-Length"] == str(SIZE)
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Content-Range" not in headers


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=5-9", 5, 10),
        ("Bytes=5-9", 5, 10),
        ("bytes= 5-9", 5, 10),
        ("bytes=0005-9", 5, 10),
        ("bytes=261119-261120", 261_119, 261_121),
        (f"bytes=0-{SIZE * 9}", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-3", SIZE - 3, SIZE),
        (f"bytes=-{SIZE * 9}", 0, SIZE),
    ],
)
def test_a_range_is_sent(get, given, start, end):
    status, headers, body = get(Range=given)

    assert (status, body) == (206, CONTENT[start:end])
    assert headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize(
    "given",
    [
        *("bytes=-", "bytes=9-5", "bytes=0-1,3-4", "bytes=a-b", "bytes", "items=0-1", "", "bytes=0x1-2", "bytes=--1"),
        *("bytes=1_0-20", "bytes=\u0661-", "bytes=+1-2", "bytes=1-2;", "bytes=" + "9" * 5000 + "-"),
    ],
)
def test_another_range_is_ignored(get, given):
    status, _, body = get(Range=given)

    assert (status, body) == (200, CONTENT)


@pytest.mark.parametrize("given", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 9}", "bytes=-0"])
def test_a_range_after_the_end_is_rejected(get, given):
    with pytest.raises(RangeNotSatisfiable) as error:
        get(Range=given)

    assert error.value.headers == {"Content-Range": f"bytes */{SIZE}"}


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"ETAG"', 206), ('"other"', 200), ('W/"ETAG"', 200), ("Fri, 27 Nov 2026 12:00:00 GMT", 200), ("ETAG", 200)],
)
def test_a_range_of_another_state_is_not_sent(get, condition, status):
    assert get(Range="bytes=0-9", If_Range=condition)[0] == status


@pytest.mark.parametrize("known", ['"ETAG"', 'W/"ETAG"', '"a", "ETAG"', "*"])
def test_a_current_copy_is_not_sent_again(get, known):
    status, headers, body = get(If_None_Match=known, Range="bytes=0-9")

    assert (status, body) == (304, b"")
    assert "Content-Length" not in headers
    assert headers["ETag"]


@pytest.mark.parametrize("given", [{}, {"Range": "bytes=5-9"}, {"Range": f"bytes={SIZE}-"}])
def test_head_describes_the_whole_file(get, given):
    status, headers, body = get(method="HEAD", **given)

    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(SIZE)


def test_what_is_missing_raises_before_the_response_begins(get):
    files.service().delete(NAME)

    with pytest.raises(Missing):
        get()


def test_an_empty_file_is_sent(app):
    files.service().put(NAME, [], content_type=None)
    with app.test_request_context():
        response = stream_file(files.service(), NAME, size=0, etag="a", **PDF)

    assert b"".join(run_wsgi_app(response, {"REQUEST_METHOD": "GET"})[0]) == b""


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/pdf", "inline"),
        ("image/webp", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("text/plain", "attachment"),
        ("application/xhtml+xml", "attachment"),
    ],
)
def test_only_pdf_and_pictures_are_shown_by_browsers(get, content_type, kind):
    _, headers, _ = get(about={"content_type": content_type, "inline": True})

    assert headers["Content-Disposition"] == f'{kind}; filename="Moon.pdf"'
    policy = "default-src 'none'; sandbox; frame-ancestors 'self'" if kind == "inline" else None
    assert headers.get("Content-Security-Policy") == policy


def test_pages_of_permitted_origins_show_files(app, get, monkeypatch):
    monkeypatch.setitem(app.config, "CORS_ORIGINS", ["https://app.example.com"])
    _, headers, _ = get(about={"inline": True})

    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://app.example.com")
