"""Second factors: keys of their secrets, and removal by other parts of the system."""

import pytest
from sqlalchemy import select

from learnstream.errors.accounts import TooManyFailures, WrongCode
from learnstream.models import AuditEntry, Event, User
from learnstream.models.second_factor import Removal, SecondFactor
from learnstream.services.accounts import key_rotation, second_factor, secret_box
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.second_factors import SECRET, make_second_factor

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def keys(app, monkeypatch):
    """Set the keys of the configuration."""
    return lambda *keys: monkeypatch.setitem(app.config, "SECOND_FACTOR_KEYS", [*keys])


@pytest.fixture
def rotate(app):
    return lambda: app.test_cli_runner().invoke(args=["encrypt-second-factors"])


def stored(separate_session):
    separate_session.rollback()
    return separate_session.scalars(select(SecondFactor).order_by(SecondFactor.user_id)).all()


def test_a_rotated_key_can_be_removed_after_all_secrets_were_encrypted_anew(keys, rotate, separate_session):
    keys(OLD)
    for _ in range(3):
        make_second_factor(make_person())
    keys(NEW, OLD)
    assert secret_box.decrypt(stored(separate_session)[0].secret) == SECRET

    assert "3 encrypted anew" in rotate().output
    assert "0 encrypted anew" in rotate().output

    keys(NEW)
    assert [secret_box.decrypt(factor.secret) for factor in stored(separate_session)] == [SECRET] * 3


def test_batches_cover_all(keys, separate_session):
    keys(OLD)
    for _ in range(5):
        make_second_factor(make_person())
    keys(NEW, OLD)

    assert key_rotation.rotate(batch=2).number == 5
    assert {factor.key_id for factor in stored(separate_session)} == {secret_box.current_key_id()}


def test_a_secret_whose_key_is_missing_is_reported_and_delays_no_other(keys, rotate, separate_session):
    keys("lost" * 10)
    without_key = make_person()
    make_second_factor(without_key)
    keys(OLD)
    make_second_factor(make_person())
    keys(NEW, OLD)

    result = rotate()

    assert (result.exit_code, "1 encrypted anew" in result.output) == (1, True)
    assert f"SECOND_FACTOR_KEYS lacks the key of the second factors of these users: {without_key.id}" in result.output
    keys(NEW)
    assert [secret_box.decrypt(factor.secret) for factor in stored(separate_session)[1:]] == [SECRET]


def test_without_any_key_nothing_is_encrypted(keys, rotate):
    keys()

    result = rotate()

    assert (result.exit_code, "SECOND_FACTOR_KEYS" in result.output) == (1, True)


@pytest.mark.parametrize("how", Removal)
def test_it_is_removed_with_whatever_voids_it(stranger, separate_session, how):
    make_second_factor(stranger)

    assert second_factor.remove(db.session.get_one(User, stranger.id), how=how)
    db.session.commit()

    assert stored(separate_session) == []
    assert separate_session.scalars(select(Event)).one().data == {"user_id": stranger.id, "how": how.value}
    assert separate_session.scalars(select(AuditEntry)).one().details == {"how": how.value}


@pytest.mark.parametrize("pending", [True, False])
def test_without_an_enabled_one_nothing_is_told(stranger, separate_session, pending):
    if pending:
        make_second_factor(stranger, enabled=False)

    assert not second_factor.remove(db.session.get_one(User, stranger.id), how=Removal.ADDRESS_UNDONE)
    db.session.commit()

    assert stored(separate_session) == []
    assert separate_session.scalars(select(Event)).all() == []


@pytest.mark.parametrize("text", ["", "\uff11\uff12\uff13\uff14\uff15\uff16", "\ud800", "\x00", "é" * 1000])
def test_whatever_is_sent_as_a_code_is_wrong_and_counted(stranger, separate_session, text):
    make_second_factor(stranger)

    for code in ({"code": text}, {"recovery_code": text}):
        with pytest.raises(WrongCode):
            second_factor.require_code(stranger.id, **code)
    db.session.commit()

    assert stored(separate_session)[0].failures == 2


def test_postgresql_alone_counts_wrong_codes(stranger, queries):
    make_second_factor(stranger)
    queries.clear()

    for error in (*[WrongCode] * 5, TooManyFailures):
        with pytest.raises(error):
            second_factor.require_code(stranger.id, code="000000")

    assert set(queries) == {"sql"}
