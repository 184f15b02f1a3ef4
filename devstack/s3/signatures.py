"""Checks of Signature Version 4, as S3 makes them: of the Authorization header and of presigned URLs."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from localbucket import S3Error

from learnstream.integrations.s3.bucket import Bucket
from learnstream.integrations.s3.signing import ALGORITHM, MAX_SECONDS, UNSIGNED, canonical_request, sign

# How far the clocks may differ.
SKEW = timedelta(minutes=15)
SIGNATURE = "X-Amz-Signature"
AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<credential>[^,]+), ?SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{{64}})"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature says of itself; `age` is the time for which it is valid, counted from `at`."""

    credential: str
    headers: list[str]
    signature: str
    at: datetime
    age: timedelta
    payload_hash: str


def check(bucket: Bucket, method: str, target: str, headers: Mapping[str, str]) -> None:
    """Check a request's signature. `target` is the path and query as they were sent.

    Raises:
        S3Error: with the code that S3 documents.
    """
    url = urlsplit(target)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    signed = _presigned(query) if SIGNATURE in query else _authorized(headers)
    _check_validity(bucket, signed)
    covered = {name: headers.get(name, "") for name in signed.headers}
    unsigned = {name.lower() for name in headers if name.lower().startswith("x-amz-")} - covered.keys()
    if "host" not in covered or unsigned:
        raise _denied("AccessDenied", "There were headers present in the request which were not signed")
    path, parameters = quote(unquote(url.path), safe="/-._~"), {k: v for k, v in query.items() if k != SIGNATURE}
    canonical = canonical_request(method, path, parameters, covered, signed.payload_hash)
    expected = sign(canonical, bucket.secret_access_key, bucket.region, signed.at)
    if not hmac.compare_digest(expected, signed.signature):
        raise _denied(
            "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
        )


def _presigned(query: Mapping[str, str]) -> Signed:
    try:
        seconds = int(query["X-Amz-Expires"])
        if query["X-Amz-Algorithm"] != ALGORITHM or not 0 < seconds <= MAX_SECONDS:
            raise ValueError
        names, at = query["X-Amz-SignedHeaders"].split(";"), _time(query["X-Amz-Date"])
        return Signed(query["X-Amz-Credential"], names, query[SIGNATURE], at, timedelta(seconds=seconds), UNSIGNED)
    except (KeyError, ValueError):
        raise S3Error(
            HTTPStatus.BAD_REQUEST, "AuthorizationQueryParametersError", "The query cannot be valid."
        ) from None


def _authorized(headers: Mapping[str, str]) -> Signed:
    if not (parts := AUTHORIZATION.fullmatch(headers.get("authorization", ""))):
        raise _denied("AccessDenied", "Access Denied")
    try:
        at = _time(headers.get("x-amz-date", ""))
    except ValueError:
        raise _denied("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header") from None
    names, payload_hash = parts["headers"].split(";"), headers.get("x-amz-content-sha256", "")
    return Signed(parts["credential"], names, parts["signature"], at, SKEW, payload_hash)


def _check_validity(bucket: Bucket, signed: Signed) -> None:
    key_id, _, scope = signed.credential.partition("/")
    if key_id != bucket.access_key_id:
        raise _denied("InvalidAccessKeyId", "The AWS access key ID you provided does not exist in our records.")
    if scope != f"{signed.at:%Y%m%d}/{bucket.region}/s3/aws4_request":
        raise _denied("SignatureDoesNotMatch", "The scope of the credential is another one.")
    now = datetime.now(UTC)
    if signed.at > now + SKEW:
        raise _denied("RequestTimeTooSkewed", "The difference between the request time and the server's is too large.")
    if now >= signed.at + signed.age:
        raise _denied("AccessDenied", "Request has expired")


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S%z")


def _denied(code: str, message: str) -> S3Error:
    return S3Error(HTTPStatus.FORBIDDEN, code, message)
