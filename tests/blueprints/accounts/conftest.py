"""Second factors of the tests' users, and the clock that their codes are checked by."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from learnstream.services.accounts import totp
from tests.factories import PASSWORD
from tests.second_factors import STEP, code_of, make_second_factor

MIDDLE_OF_A_STEP = datetime(2026, 11, 27, 12, 0, 15, tzinfo=UTC).timestamp()


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, set by `set(steps)`; `code(steps)` is what an app whose clock is right shows that much later."""

    def set_to(steps):
        monkeypatch.setattr(totp, "now", lambda: datetime.fromtimestamp(MIDDLE_OF_A_STEP + steps * STEP, UTC))

    set_to(0)
    return SimpleNamespace(set=set_to, code=lambda steps=0: code_of(at=MIDDLE_OF_A_STEP, steps=steps))


@pytest.fixture
def recovery_codes(stranger, clock):
    """The recovery codes of `stranger`, who has a second factor."""
    return make_second_factor(stranger)


@pytest.fixture
def begin(client, stranger, recovery_codes):
    """Send the right password of `stranger`; return the token for the second step."""

    def begin():
        response = client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD})
        assert (response.status_code, response.json["code"]) == (403, "mfa_code_required")
        return response.json["mfa_token"]

    return begin


@pytest.fixture
def complete(client, begin):
    """Sign `stranger` in with a code, by a new token unless one is given."""

    def complete(mfa_token=None, **code):
        return client.post("/auth/login/mfa", json={"mfa_token": mfa_token or begin(), **code})

    return complete
