"""Verification of signatures, held to the vectors and to the verdict of Stripe's own SDK."""

import hmac
import time
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import SignatureVerificationError, WebhookSignature

from learnstream.errors.payment_service import EventSignatureExpired, EventSignatureInvalid
from learnstream.integrations.stripe.events import verify
from tests.integrations.stripe.conftest import VECTORS

STAMP, BODY, SECRET = VECTORS["timestamp"], VECTORS["payload"].encode(), VECTORS["vectors"][0]["secrets"][0]
HEADER = VECTORS["vectors"][0]["header"]
RIGHT = HEADER.partition("v1=")[2]


def is_valid(header, body=BODY, secrets=(SECRET,), at=STAMP):
    try:
        verify(body, header, [*secrets], datetime.fromtimestamp(at, UTC))
    except (EventSignatureInvalid, EventSignatureExpired):
        return False
    return True


def is_valid_by_sdk(header, body=BODY, secrets=(SECRET,), at=STAMP):
    for secret in secrets:
        with patch.object(time, "time", lambda: at):
            try:
                return WebhookSignature.verify_header(body.decode(), header, secret, tolerance=300)
            # A character outside ASCII is a TypeError of `hmac`.
            except (SignatureVerificationError, TypeError):
                continue
    return False


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_vectors_have_their_verdicts(vector):
    body = vector.get("payload", VECTORS["payload"]).encode()
    arguments = (vector["header"], body, vector["secrets"], vector["now"])

    assert is_valid(*arguments) is vector["valid"]
    assert is_valid_by_sdk(*arguments) is vector["valid"]


def test_an_old_signature_is_told_from_a_wrong_one():
    with pytest.raises(EventSignatureExpired):
        verify(BODY, HEADER, [SECRET], datetime.fromtimestamp(STAMP + 301, UTC))
    with pytest.raises(EventSignatureInvalid):
        verify(BODY, HEADER, ["whsec_another"], datetime.fromtimestamp(STAMP + 301, UTC))


@pytest.mark.parametrize("seconds", [299.5, 300, 300.5, 301, -300, -90_000])
def test_the_tolerance_is_that_of_the_sdk(seconds):
    at = STAMP + seconds

    assert is_valid(HEADER, at=at) is is_valid_by_sdk(HEADER, at=at) is (seconds <= 300)


def test_without_secrets_nothing_is_valid():
    assert not is_valid(HEADER, secrets=())


@pytest.mark.parametrize(
    "header",
    [
        *(
            "nonsense",
            "t",
            "=",
            ",",
            f"t={STAMP}",
            f"t=,v1={RIGHT}",
            f"t=-{STAMP},v1={RIGHT}",
            f"t={'9' * 40},v1={RIGHT}",
        ),
        *(
            f"t=1e9,v1={RIGHT}",
            f"t={STAMP}.0,v1={RIGHT}",
            f"t=\uff11\uff17\uff19\uff15\uff10\uff10\uff10\uff10\uff10\uff10,v1={RIGHT}",
            f"T={STAMP},v1={RIGHT}",
        ),
        *(f"t={STAMP},v1={RIGHT.upper()}", f"t={STAMP},v1={RIGHT[:-1]}", f"t={STAMP},v1={RIGHT}0", f"t={STAMP},v1="),
        *(
            f"t={STAMP},v1=\0{RIGHT[1:]}",
            f"t={STAMP},v1={'é' * 64}",
            f"t={STAMP + 1},v1={RIGHT}",
            "\ud800",
            "t=1," * 5000,
        ),
        f"t={STAMP},t={STAMP + 1},v1={RIGHT}",
    ],
    ids=ascii,
)
def test_a_malformed_header_is_an_ordinary_rejection(header):
    assert not is_valid(header)


def test_a_body_of_any_bytes_can_be_verified():
    body = bytes(range(256))
    signature = hmac.digest(SECRET.encode(), f"{STAMP}.".encode() + body, "sha256").hex()

    assert is_valid(f"t={STAMP},v1={signature}", body)
    assert not is_valid(f"t={STAMP},v1={signature}", body + b"\n")


PIECES = st.sampled_from(["t=", "v1=", "v0=", ",", " ", "=", str(STAMP), RIGHT, RIGHT[:63], "0" * 64, "é", "\n", "7"])


@given(header=st.lists(PIECES, max_size=9).map("".join), late=st.integers(-400, 400))
def test_what_is_valid_here_is_valid_for_the_sdk(header, late):
    if is_valid(header, at=STAMP + late):
        assert is_valid_by_sdk(header, at=STAMP + late)
