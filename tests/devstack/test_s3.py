"""The local S3 server rejects what a real one rejects, which localbucket alone does not."""

import hashlib
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import urllib3

from devstack.bootstrap import ROOT
from devstack.processes import ownership
from learnstream.clock import now
from learnstream.integrations.s3.signing import canonical_request, presign, sign
from tests.waiting import within

BODY = b"%PDF-1.7"
SENT = {"Content-Type": "application/pdf", "Content-Length": str(len(BODY))}
NAME = "staging/0123456789abcdef01234567"


@pytest.fixture
def url(s3):
    """Return a function that presigns a request; PUT covers size and type of the body."""

    def url(method="PUT", name=NAME, signed_at=None, lifetime=timedelta(minutes=5)):
        at = signed_at or now()
        headers = SENT if method == "PUT" else {}
        return presign(s3.bucket, method, name, signed_at=at, expires_at=at + lifetime, headers=headers)

    return url


def call(method, url, **options):
    return urllib3.request(method, url, retries=False, **options)


def put(url, body=BODY, **headers):
    return call("PUT", url, body=body, headers=SENT | {"Content-Length": str(len(body))} | headers)


def changed(url, **parts):
    return urlunsplit(urlsplit(url)._replace(**parts))


def test_what_is_put_is_read(url):
    assert put(url()).status == 200

    assert call("GET", url("GET")).data == BODY


@pytest.mark.parametrize(
    "changes", [{"body": BODY + b"!"}, {"body": b""}, {"Content-Type": "text/html"}, {"x-amz-acl": "public-read"}]
)
def test_an_upload_other_than_the_signed_one_is_rejected(url, changes):
    assert put(url(), **changes).status == 403

    assert call("GET", url("GET")).status == 404


def test_a_url_serves_its_own_object_and_method_only(url, s3):
    assert put(url()).status == 200
    other = call("PUT", url("PUT", name="files/other").replace("files/other", NAME), body=BODY, headers=SENT)
    read = call("GET", url())

    assert [other.status, read.status] == [403, 403]
    assert b"SignatureDoesNotMatch" in read.data


def test_a_url_works_until_it_expires(url):
    assert put(url(signed_at=now() - timedelta(minutes=4))).status == 200

    late = put(url(signed_at=now() - timedelta(minutes=6)))

    assert (late.status, b"Request has expired" in late.data) == (403, True)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("X-Amz-Expires=300", "X-Amz-Expires=3000", 403),
        ("X-Amz-Expires=300", "X-Amz-Expires=604801", 400),
        ("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost", "X-Amz-SignedHeaders=host", 403),
        ("X-Amz-Credential=local", "X-Amz-Credential=other", 403),
        ("us-east-1", "eu-west-1", 403),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none", 400),
    ],
)
def test_a_changed_url_is_rejected(url, old, new, status):
    signed = url()
    assert old in signed

    assert put(signed.replace(old, new)).status == status


def test_a_request_without_a_signature_is_rejected(url):
    put(url())

    assert call("GET", changed(url("GET"), query="")).status == 403


def test_a_url_from_the_future_is_rejected(url):
    assert put(url(signed_at=now() + timedelta(hours=1))).status == 403


def test_a_body_other_than_its_hash_is_rejected(s3):
    at, claimed = now(), hashlib.sha256(b"something else").hexdigest()
    target = urlsplit(s3.bucket.url(NAME))
    headers = {"host": target.netloc, "x-amz-date": f"{at:%Y%m%dT%H%M%SZ}", "x-amz-content-sha256": claimed}
    canonical = canonical_request("PUT", target.path, {}, headers, claimed)
    signature = sign(canonical, s3.bucket.secret_access_key, s3.bucket.region, at)
    scope = f"{s3.bucket.access_key_id}/{at:%Y%m%d}/{s3.bucket.region}/s3/aws4_request"
    covered = ";".join(sorted(headers))
    authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={covered}, Signature={signature}"

    response = call("PUT", s3.bucket.url(NAME), body=BODY, headers=headers | {"authorization": authorization})

    assert (response.status, b"XAmzContentSHA256Mismatch" in response.data) == (400, True)


def test_browsers_may_upload_from_any_page(s3):
    asked = {"Origin": "https://app.school.test", "Access-Control-Request-Method": "PUT"}

    preflight = call("OPTIONS", s3.bucket.url(NAME), headers=asked | {"Access-Control-Request-Headers": "content-type"})

    assert preflight.headers["Access-Control-Allow-Origin"] == "https://app.school.test"
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]


def test_it_ends_with_its_parent(tmp_path):
    script = (
        "import os, pathlib, sys; from devstack.s3 import S3Server\n"
        "server = S3Server(pathlib.Path(sys.argv[1])); server.start(); print(server.pid, flush=True); os._exit(1)"
    )
    command = [sys.executable, "-c", script, tmp_path]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)

    pid = int(completed.stdout)
    within(10, lambda: not ownership.is_running(pid))
