"""The presigner against the examples that AWS publishes, and against an independent implementation."""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import obstore
import pytest
from obstore.store import S3Store

from learnstream.integrations.s3.bucket import Bucket
from learnstream.integrations.s3.signing import canonical_request, presign, sign

# The account and the time of all examples in the Amazon S3 API reference.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EXAMPLE = Bucket("https://s3.amazonaws.com", "us-east-1", "examplebucket", "AKIAIOSFODNN7EXAMPLE", SECRET)
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}
EMPTY = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
STORED = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


def test_the_published_presigned_url():
    url = presign(EXAMPLE, "GET", "test.txt", signed_at=AT, expires_at=AT + timedelta(days=1))

    assert url == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "payload", "signature"),
    [
        ("GET", "/test.txt", {}, {"range": "bytes=0-9"}, EMPTY, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test%24file.text", {}, STORED, WELCOME, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        ("GET", "/", {"lifecycle": ""}, {}, EMPTY, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("GET", "/", {"prefix": "J", "max-keys": "2"}, {}, EMPTY, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
    ids=["range", "put", "lifecycle", "list"],
)  # fmt: skip
def test_the_published_signatures(method, path, query, headers, payload, signature):
    signed = HOST | headers | {"x-amz-content-sha256": payload}

    assert sign(canonical_request(method, path, query, signed, payload), SECRET, "us-east-1", AT) == signature


@pytest.mark.parametrize("path_style", [True, False])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["files/0123456789abcdef01234567", "Отчёт (1) a+b&c=d~e.pdf"])
def test_another_implementation_signs_alike(path_style, method, name):
    endpoint = "https://s3.eu-central-1.amazonaws.com"
    bucket = Bucket(endpoint, "eu-central-1", "school-files", "AKIDEXAMPLE", SECRET, path_style)
    theirs = obstore.sign(
        S3Store(
            bucket.name,
            endpoint=endpoint if path_style else bucket.base_url,
            region=bucket.region,
            access_key_id=bucket.access_key_id,
            secret_access_key=SECRET,
            virtual_hosted_style_request=not path_style,
        ),
        method,
        name,
        timedelta(minutes=5),
    )
    signed_at = datetime.strptime(dict(parse_qsl(urlsplit(theirs).query))["X-Amz-Date"], "%Y%m%dT%H%M%S%z")

    ours = presign(bucket, method, name, signed_at=signed_at, expires_at=signed_at + timedelta(minutes=5))

    assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]
    assert dict(parse_qsl(urlsplit(ours).query)) == dict(parse_qsl(urlsplit(theirs).query))


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_a_lifetime_that_no_store_accepts_is_an_error(lifetime):
    with pytest.raises(ValueError, match="1 to 604800 seconds"):
        presign(EXAMPLE, "GET", "test.txt", signed_at=AT, expires_at=AT + lifetime)


def test_the_secret_is_not_shown():
    assert SECRET not in repr(EXAMPLE)
