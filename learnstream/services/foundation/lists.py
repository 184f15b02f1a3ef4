"""Asking the stores for parts of lists; see `keyset`.

Whoever goes on from a place has been told how many entries there are: nothing is counted for them again.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from learnstream.documents.base import Document
from learnstream.stores.keyset import Columns, Found, Keys, Part
from learnstream.stores.sql import db


def rows_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of what a query of one entity finds."""
    found = tuples_of(query, order, part)
    return Found([entity for (entity,) in found.entries], found.place, found.total)


def tuples_of(query: Any, order: Columns, part: Part) -> Found[Any]:
    """Return a part of what a query finds, a tuple for each row."""
    total = None if part.after else db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return order.cut(db.session.execute(order.part_of(query, part)).all(), part, total)


def documents_of(
    documents: type[Document], query: Mapping[str, Any], fields: Mapping[str, Any], order: Keys, part: Part
) -> Found[dict[str, Any]]:
    """Return a part of the documents that a query finds; `fields` must hold those that the order sorts by."""
    asked = documents.collection().find(order.part_of(query, part), fields).sort(order.sort)
    found = asked.skip(part.first).limit(part.look).to_list()
    total = None if part.after else documents.collection().count_documents(query)
    return order.cut(found, part, total)
