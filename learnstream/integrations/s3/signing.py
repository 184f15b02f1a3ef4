"""Presigned URLs by AWS Signature Version 4, with the standard library alone: a web worker has no memory for an S3 client.

The specification is "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API
reference; the tests hold this module to its published examples.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from learnstream.integrations.s3.bucket import Bucket

ALGORITHM = "AWS4-HMAC-SHA256"
# What stands for the hash of a body that is not known when the URL is signed.
UNSIGNED = "UNSIGNED-PAYLOAD"
MAX_SECONDS = 7 * 24 * 3600


def presign(
    bucket: Bucket,
    method: str,
    name: str,
    *,
    signed_at: datetime,
    expires_at: datetime,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> str:
    """Return a URL for one request to an object, valid until `expires_at`, at most seven days after `signed_at`.

    headers: what the request must send exactly so, besides its host. query: parameters of the operation.
    """
    seconds = int((expires_at - signed_at).total_seconds())
    if not 0 < seconds <= MAX_SECONDS:
        raise ValueError(f"A presigned URL is valid for 1 to {MAX_SECONDS} seconds, not {seconds}.")
    url = bucket.url(name)
    signed = {"host": urlsplit(url).netloc, **{key.lower(): value for key, value in (headers or {}).items()}}
    parameters = {
        **(query or {}),
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{bucket.access_key_id}/{_scope(signed_at, bucket.region)}",
        "X-Amz-Date": _timestamp(signed_at),
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": ";".join(sorted(signed)),
    }
    canonical = canonical_request(method, urlsplit(url).path, parameters, signed, UNSIGNED)
    signature = sign(canonical, bucket.secret_access_key, bucket.region, signed_at)
    return f"{url}?{_canonical_query(parameters)}&X-Amz-Signature={signature}"


def canonical_request(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], payload_hash: str
) -> str:
    """Return what is signed of a request; the path is already encoded, the names of headers are in lower case."""
    lines = [f"{key}:{' '.join(value.split())}\n" for key, value in sorted(headers.items())]
    names = ";".join(sorted(headers))
    return "\n".join((method, path, _canonical_query(query), "".join(lines), names, payload_hash))


def sign(canonical: str, secret: str, region: str, at: datetime) -> str:
    """Return the signature of a canonical request to S3."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, _timestamp(at), _scope(at, region), digest))
    return hmac.new(_signing_key(secret, _day(at), region), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    # The same one all day: four of the five HMACs of a signature.
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical_query(parameters: Mapping[str, str]) -> str:
    encoded = ((quote(key, safe="-._~"), quote(value, safe="-._~")) for key, value in parameters.items())
    return "&".join(f"{key}={value}" for key, value in sorted(encoded))


def _scope(at: datetime, region: str) -> str:
    return f"{_day(at)}/{region}/s3/aws4_request"


def _timestamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d}"
