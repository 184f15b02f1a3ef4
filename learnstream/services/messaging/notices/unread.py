"""The number of a person's unread notices: exact, and cached since clients ask for it all the time."""

from collections.abc import Iterable
from typing import Any

from learnstream.documents.notification import Notification
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.stores import cache
from learnstream.stores.mongo import Expression

# Of a count that a process could not invalidate because it died.
TTL_SECONDS = 30
KEY = "unread-notices:"


def query(user_id: int) -> Expression:
    """Return the query for a person's unread notices."""
    return {"user_id": user_id, "in_app": True, "read_at": None}


def count(user_id: int) -> int:
    """Return the number of a person's unread notices."""
    number: int = Notification.collection().count_documents(query(user_id))
    return number


def content(user_id: int) -> Content:
    """Return the number as the body of a response."""
    # Not even while MongoDB is down is an old number served: clients keep the one they have.
    packed = cache.get_or_load(
        f"{KEY}{user_id}", lambda: pack({"unread": count(user_id)}), ttl=TTL_SECONDS, stale_if_error=TTL_SECONDS
    )
    return unpack(packed)


def prefetch_keys(*, user_id: int | None, **_: Any) -> list[str]:
    """Return the cache keys that `content` reads."""
    return [f"{KEY}{user_id}"] if user_id else []


def changed(user_ids: Iterable[int]) -> None:
    """Count anew: the notices of these people have changed."""
    if keys := [f"{KEY}{user_id}" for user_id in user_ids]:
        cache.invalidate(*keys)
