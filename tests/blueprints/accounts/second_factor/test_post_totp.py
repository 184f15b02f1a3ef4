"""POST /auth/mfa/totp"""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Session
from learnstream.models.second_factor import SecondFactor
from learnstream.services.accounts import totp
from learnstream.stores.sql import db
from tests.second_factors import SECRET, code_of


def begin(client, person):
    return client.post("/auth/mfa/totp", auth=person)


def test_it_returns_a_secret_its_uri_and_its_qr_code(client, stranger):
    response = begin(client, stranger)

    assert (response.status_code, set(response.json)) == (201, {"secret", "otpauth_uri", "qr_svg"})
    uri = urlsplit(response.json["otpauth_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/LearnStream:{stranger.email}")
    assert parse_qs(uri.query) == {"secret": [response.json["secret"]], "issuer": ["LearnStream"]}
    assert ElementTree.fromstring(response.json["qr_svg"]).tag.endswith("svg")  # noqa: S314 - our own
    assert response.headers["Cache-Control"] == "no-store"


def test_the_secret_is_long_random_and_not_stored_as_such(client, stranger, separate_session):
    first, second = (begin(client, stranger).json["secret"] for _ in range(2))

    assert first != second
    assert len(first) >= 32
    stored = separate_session.scalars(select(SecondFactor)).one()
    assert second.encode() not in stored.secret
    assert stored.enabled_at is None


def test_a_later_secret_replaces_one_that_was_not_confirmed(client, stranger):
    first, second = (begin(client, stranger).json["secret"] for _ in range(2))

    assert client.post("/auth/mfa/totp/confirm", json={"code": code_of(first)}, auth=stranger).status_code == 403
    assert client.post("/auth/mfa/totp/confirm", json={"code": code_of(second)}, auth=stranger).status_code == 200


def test_a_second_factor_is_not_replaced(client, stranger, recovery_codes, separate_session):
    before = separate_session.scalar(select(SecondFactor.secret))

    response = begin(client, stranger)

    assert (response.status_code, response.json["code"]) == (409, "second_factor_enabled")
    separate_session.rollback()
    assert separate_session.scalar(select(SecondFactor.secret)) == before


def test_it_needs_a_recent_sign_in_so_that_a_stolen_token_cannot_lock_out_the_owner(client, stranger):
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()

    assert begin(client, stranger).json["code"] == "reauthentication_required"


@pytest.mark.parametrize("name", ["LearnStream", "Schule: Süd & Co"])
@pytest.mark.parametrize("email", ["a+b'c@example.com", "zoë:x@exämple.com"])
def test_unusual_names_and_addresses_stay_whole(app, monkeypatch, name, email):
    monkeypatch.setitem(app.config, "APP_NAME", name)

    uri = urlsplit(totp.provisioning_uri(SECRET, email=email))

    assert unquote(uri.path) == f"/{name}:{email}"
    assert parse_qs(uri.query)["issuer"] == [name]


def test_without_a_key_nothing_can_be_set_up(app, client, stranger, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR_KEYS", [])

    response = begin(client, stranger)

    assert (response.status_code, response.json["code"]) == (503, "second_factor_unconfigured")
    assert int(response.headers["Retry-After"]) > 0
