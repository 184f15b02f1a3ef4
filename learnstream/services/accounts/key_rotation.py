"""Encryption of second factors' secrets with a new key, after `SECOND_FACTOR_KEYS` got another first one."""

from dataclasses import dataclass, field

from sqlalchemy import select

from learnstream.errors.accounts import SecondFactorUnconfigured
from learnstream.models.second_factor import SecondFactor
from learnstream.services.accounts import secret_box
from learnstream.stores.sql import db


@dataclass(slots=True)
class Rotation:
    """How many secrets were encrypted anew, and the users whose secrets' key is no longer in the configuration."""

    number: int = 0
    undecryptable: list[int] = field(default_factory=list)


def rotate(batch: int = 500) -> Rotation:
    """Encrypt secrets of older keys with the current key, one transaction per batch.

    Raises:
        SecondFactorUnconfigured: there is no key.
    """
    done, current = Rotation(), secret_box.current_key_id()
    outdated = select(SecondFactor).where(SecondFactor.key_id != current).order_by(SecondFactor.user_id).limit(batch)
    last = 0
    while factors := db.session.scalars(
        outdated.where(SecondFactor.user_id > last).with_for_update(key_share=True)
    ).all():
        last = factors[-1].user_id
        lost = [factor.user_id for factor in factors if not _encrypt(factor, current)]
        done.undecryptable += lost
        done.number += len(factors) - len(lost)
        db.session.commit()
    return done


def _encrypt(factor: SecondFactor, key_id: str) -> bool:
    try:
        secret = secret_box.decrypt(factor.secret)
    except SecondFactorUnconfigured:
        return False
    factor.secret, factor.key_id = secret_box.encrypt(secret), key_id
    return True
