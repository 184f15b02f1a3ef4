"""Queries for parts of lists; see `keyset`.

A request that continues from a cursor does not count again: the first response had the total.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import func, select

from learnstream.documents.projection import Projection
from learnstream.stores.keyset import Columns, Found, Keys, Part
from learnstream.stores.sql import db

T = TypeVar("T", bound=Mapping[str, Any])


def rows_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of the results of a query for one entity."""
    found = tuples_of(query, order, part)
    return Found([entity for (entity,) in found.entries], found.position, found.total)


def tuples_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of a query's results, one tuple per row."""
    total = None if part.after else db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return order.cut(db.session.execute(order.part_of(query, part)).all(), part, total)


def documents_of(documents: Projection[T], query: Mapping[str, Any], order: Keys, part: Part) -> Found[T]:
    """Return a part of the documents that match a query; the projection must include the fields of the sort order."""
    found = documents.find(order.part_of(query, part), sort=order.sort, skip=part.first, limit=part.look)
    return order.cut(found, part, None if part.after else documents.count(query))
