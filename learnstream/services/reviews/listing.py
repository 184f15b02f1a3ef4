"""Reviews in lists, as everybody sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from learnstream.documents import Review
from learnstream.documents.projection import Projection
from learnstream.documents.review import ListedReview, ReviewOrder
from learnstream.services.accounts import names
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.services.reviews.reviews import VISIBLE
from learnstream.services.reviews.subjects import Subject
from learnstream.stores import cache
from learnstream.stores.keyset import Keys, Part
from learnstream.stores.mongo import Expression

TTL_SECONDS = 30
LISTED = Projection(Review, ListedReview)


ORDERS = {
    ReviewOrder.NEWEST: Keys(("created_at", -1), ("_id", -1)),
    ReviewOrder.HELPFUL: Keys(("helpful", -1), ("_id", -1)),
}


class ShownReply(TypedDict):
    text: str
    at: datetime


class Shown(TypedDict):
    """A review as everybody sees it, without its author."""

    id: str
    stars: int
    text: str
    progress_percent: int | None
    helpful: int
    reply: ShownReply | None
    created_at: datetime
    updated_at: datetime


class ShownReview(Shown):
    """A review as everybody sees it. `author` is None if the name is not shown."""

    author: str | None


def browse(subject: Subject, *, order: ReviewOrder, stars: int | None, part: Part) -> Content:
    """Return a part of the reviews of a subject; its fact `place` is the position of the last one, if others follow.

    stars: only those with so many.
    """
    key = f"{subject.group}:{order}:{stars or ''}:{part.size}:{part.after}"
    return unpack(cache.get_or_load_in(subject.group, key, lambda: _load(subject, order, stars, part), ttl=TTL_SECONDS))


def shown(review: ListedReview) -> Shown:
    """Return a review as everybody sees it, without its author."""
    reply = review["reply"]
    return {
        "id": str(review["_id"]),
        "stars": review["stars"],
        "text": review["text"],
        "progress_percent": review["progress_percent"],
        "helpful": review["helpful"],
        "reply": {"text": reply["text"], "at": reply["at"]} if reply else None,
        "created_at": review["created_at"],
        "updated_at": review["updated_at"],
    }


def with_authors(found: Sequence[ListedReview]) -> list[ShownReview]:
    """Return reviews as everybody sees them."""
    known = names.of_active({each["user_id"] for each in found if each["user_id"] and not each["anonymous"]})
    return [{**shown(each), "author": None if each["anonymous"] else known.get(each["user_id"] or 0)} for each in found]


def _load(subject: Subject, order: ReviewOrder, stars: int | None, part: Part) -> bytes:
    wanted: Expression = {**subject.query, **VISIBLE} | ({"stars": stars} if stars else {})
    keys = ORDERS[order]
    found = keys.cut(LISTED.find(keys.part_of(wanted, part), sort=keys.sort, limit=part.look), part)
    return pack(with_authors(found.entries), place=found.position)
