"""A second factor as clients over HTTP meet it in two processes, and as its owner does in mails."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.second_factors import code_of

ACCOUNT = {"email": "nora@example.com", "password": "a walrus in the pantry"}
AT_ONCE = 10


@pytest.fixture(scope="module")
def secret(visitor):
    """The secret of a student who has turned on a second factor."""
    guest = visitor()
    guest.call("POST", "/auth/register", 201, name="Nora", **ACCOUNT)
    nora = guest.sign_in(**ACCOUNT)
    secret = nora.call("POST", "/auth/mfa/totp", 201)["secret"]
    nora.call("POST", "/auth/mfa/totp/confirm", code=code_of(secret))
    return secret


@pytest.fixture
def complete_at_once(server, visitor):
    """Complete many sign-ins at the same moment with the same code; return how often each status was the answer."""

    def send(body):
        return requests.post(f"{server.url}/auth/login/mfa", json=body, timeout=20).status_code

    def complete_at_once(**code):
        guest = visitor()
        tokens = [guest.call("POST", "/auth/login", 403, **ACCOUNT)["mfa_token"] for _ in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return Counter(pool.map(send, [{"mfa_token": token, **code} for token in tokens]))

    return complete_at_once


def test_a_code_signs_in_once_and_the_others_cause_a_pause(secret, complete_at_once):
    # That of the step after: the present one was used to turn it on.
    assert complete_at_once(code=code_of(secret, steps=1)) == {200: 1, 403: 5, 429: AT_ONCE - 6}
