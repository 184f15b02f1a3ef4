"""Queries for parts of lists; see `keyset`.

A request that continues from a cursor does not count again: the first response had the total.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from learnstream.documents.base import Document
from learnstream.stores.keyset import Columns, Found, Keys, Part
from learnstream.stores.sql import db


def rows_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of the results of a query for one entity."""
    found = tuples_of(query, order, part)
    return Found([entity for (entity,) in found.entries], found.position, found.total)


def tuples_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of a query's results, one tuple per row."""
    total = None if part.after else db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return order.cut(db.session.execute(order.part_of(query, part)).all(), part, total)


def documents_of(
    documents: type[Document], query: Mapping[str, Any], fields: Mapping[str, Any], order: Keys, part: Part
) -> Found[dict[str, Any]]:
    """Return a part of the documents that match a query; `fields` must include those of the sort order."""
    asked = documents.collection().find(order.part_of(query, part), fields).sort(order.sort)
    found = asked.skip(part.first).limit(part.look).to_list()
    total = None if part.after else documents.collection().count_documents(query)
    return order.cut(found, part, total)
