import base64
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.errors.accounts import LinkExpired, LinkInvalid
from learnstream.services.accounts import links, signed_tokens
from learnstream.services.accounts.links import LIFETIMES, Purpose

SECOND = timedelta(seconds=1)


@pytest.fixture
def token(app):
    return links.mint(Purpose.VERIFY_EMAIL, state="sam@example.com unverified", user=7)


@pytest.fixture
def pass_time(monkeypatch):
    """Move the clock of tokens forward."""

    def pass_time(seconds):
        later = now() + seconds
        monkeypatch.setattr(signed_tokens, "now", lambda: later)

    return pass_time


def test_a_token_says_for_whom_it_was_minted(token):
    claims = links.read(Purpose.VERIFY_EMAIL, token)

    claims.require_state("sam@example.com unverified")
    assert claims["user"] == 7


def test_a_token_is_valid_for_its_state_alone(token):
    claims = links.read(Purpose.VERIFY_EMAIL, token)

    with pytest.raises(LinkInvalid):
        claims.require_state("sam@example.com verified")


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.VERIFY_EMAIL}))
def test_a_token_is_invalid_for_any_other_purpose(token, purpose):
    with pytest.raises(LinkInvalid):
        links.read(purpose, token)


def test_a_token_cut_anywhere_is_invalid(token):
    for length in range(len(token)):
        with pytest.raises(LinkInvalid):
            links.read(Purpose.VERIFY_EMAIL, token[:length])


@pytest.mark.parametrize("part", [0, 1, 2])
def test_the_parts_of_two_tokens_do_not_mix(token, part):
    other = links.mint(Purpose.VERIFY_EMAIL, state="ann@example.com unverified", user=8)
    mixed = token.split(".")
    mixed[part] = other.split(".")[part] if part != 1 else "AAAAAA"

    with pytest.raises(LinkInvalid):
        links.read(Purpose.VERIFY_EMAIL, ".".join(mixed))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é", "\ud800", "x" * 5000, ".eJw.aaaaaa.bbbb"])
def test_a_malformed_token_is_invalid(app, text):
    with pytest.raises(LinkInvalid):
        links.read(Purpose.VERIFY_EMAIL, text)


def test_a_token_signed_with_another_secret_is_invalid(app, token, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-" + "y" * 32)

    with pytest.raises(LinkInvalid):
        links.read(Purpose.VERIFY_EMAIL, token)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_expires_a_second_after_its_lifetime(app, purpose, pass_time):
    token = links.mint(purpose, state="", user=7)

    pass_time(LIFETIMES[purpose] - SECOND)
    assert links.read(purpose, token)["user"] == 7
    pass_time(LIFETIMES[purpose] + SECOND)
    with pytest.raises(LinkExpired):
        links.read(purpose, token)


def test_a_token_from_a_clock_that_is_a_little_ahead_is_valid(token, pass_time):
    pass_time(-5 * SECOND)
    assert links.read(Purpose.VERIFY_EMAIL, token)["user"] == 7

    pass_time(-60 * SECOND)
    with pytest.raises(LinkExpired):
        links.read(Purpose.VERIFY_EMAIL, token)


def test_a_token_does_not_reveal_its_state(token):
    payload = token.split(".")[0]

    assert b"sam" not in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def test_a_url_is_that_of_our_own_page_unless_the_front_end_has_one(app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://api.school.test")
    assert links.url(Purpose.UNDO_ADDRESS, "a.b") == "https://api.school.test/undo-address?token=a.b"
    assert links.url(Purpose.VERIFY_EMAIL, "a.b") == "https://api.school.test/verify-email?token=a.b"
    assert links.url(Purpose.INVITATION, "a.b") == "https://api.school.test/invitation?token=a.b"

    monkeypatch.setitem(app.config, "LINK_VERIFY_EMAIL", "https://school.test/verify#{token}")
    assert links.url(Purpose.VERIFY_EMAIL, "a.b") == "https://school.test/verify#a.b"
