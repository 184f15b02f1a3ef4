from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnstream.errors.requests import KeyInUse, KeyReused
from learnstream.models import IdempotencyKey
from learnstream.services.foundation import idempotency
from learnstream.services.foundation.idempotency import Answer, Claim
from learnstream.stores.sql import db

ANSWER = Answer(status=201, headers={"Content-Type": "application/json"}, body=b'{"id": 1}')


@pytest.fixture
def claim(stranger):
    def call(body=b"b" * 32, **changed):
        scope = {"user_id": stranger.id, "operation": "POST /things", "key": "k"} | changed
        claimed = idempotency.claim(**scope, body_hash=body)
        db.session.commit()
        return claimed

    return call


def keep(claimed, response=ANSWER):
    idempotency.store(claimed, response)
    db.session.commit()


def grow_older(**by):
    db.session.execute(
        update(IdempotencyKey).values(
            created_at=IdempotencyKey.created_at - timedelta(**by),
            expires_at=IdempotencyKey.expires_at - timedelta(**by),
        )
    )
    db.session.commit()


def test_a_stored_response_is_returned_again(claim):
    keep(claim())

    assert claim() == ANSWER


def test_another_body_is_rejected(claim):
    keep(claim())

    with pytest.raises(KeyReused):
        claim(b"c" * 32)


def test_a_running_request_blocks_others_with_its_key(claim):
    claim()

    with pytest.raises(KeyInUse):
        claim()


def test_a_released_key_is_free_for_any_body(claim):
    idempotency.release(claim())
    db.session.commit()

    assert isinstance(claim(b"c" * 32), Claim)


@pytest.mark.parametrize("changed", [{"operation": "POST /others"}, {"key": "l"}])
def test_a_key_belongs_to_its_operation(claim, changed):
    claim()

    assert isinstance(claim(**changed), Claim)


def test_a_key_belongs_to_its_user(claim, owner):
    claim()

    assert isinstance(claim(user_id=owner.id), Claim)


def test_a_claim_whose_process_died_is_taken_over(claim):
    claim()
    grow_older(seconds=61)

    assert isinstance(claim(), Claim)


def test_a_claim_that_was_taken_over_can_neither_answer_nor_release(claim):
    dead = claim()
    grow_older(seconds=61)
    claim()

    keep(dead, Answer(status=201, headers={}, body=b"late"))
    idempotency.release(dead)
    db.session.commit()

    with pytest.raises(KeyInUse):
        claim()


def test_a_response_is_stored_for_a_day(claim):
    keep(claim())
    grow_older(hours=23)
    assert claim() == ANSWER

    grow_older(hours=2)
    assert isinstance(claim(), Claim)


def test_expired_keys_are_deleted_and_deleting_twice_is_harmless(claim, separate_session):
    keep(claim(key="old"))
    grow_older(hours=25)
    keep(claim(key="new"))

    assert (idempotency.delete_expired(), idempotency.delete_expired()) == (1, 0)
    db.session.commit()

    assert separate_session.scalars(select(IdempotencyKey.key)).all() == ["new"]


def test_one_of_many_concurrent_requests_gets_the_claim(app, stranger, separate_session):
    def call(_):
        with app.app_context():
            try:
                return idempotency.claim(user_id=stranger.id, operation="POST /x", key="k", body_hash=b"b" * 32)
            except KeyInUse:
                return None
            finally:
                db.session.commit()

    with ThreadPoolExecutor(20) as pool:
        claims = [claimed for claimed in pool.map(call, range(20)) if claimed]

    assert len(claims) == 1
    assert separate_session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
