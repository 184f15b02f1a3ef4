"""The names of users."""

from collections.abc import Collection

from sqlalchemy import select

from learnstream.models import User
from learnstream.stores.sql import db


def of(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of users by their ids; those of deleted accounts are absent."""
    if not user_ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))}


def of_active(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of users by their ids; those of deleted and disabled accounts are absent."""
    if not user_ids:
        return {}
    active = select(User.id, User.name).where(User.id.in_(user_ids), User.is_active)
    return {row.id: row.name for row in db.session.execute(active)}
