"""Revenue of all courses, from the ledger."""

from typing import Any

from flask import Response

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.authentication import admins_only
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.models.ledger import Mode, RevenueBy
from learnstream.schemas.admin.revenue import RevenueQuerySchema, RevenueSchema
from learnstream.services.commerce import revenue
from learnstream.services.commerce.revenue import FIGURES, Row, Span
from learnstream.text.money import Money, in_units

KEYS: dict[RevenueBy, tuple[str, ...]] = {
    RevenueBy.DAY: ("day",),
    RevenueBy.COURSE: ("course_id", "course_title"),
    RevenueBy.CURRENCY: (),
}


@blp.get("/revenue")
@blp.arguments(RevenueQuerySchema, location="query")
@admins_only
@blp.response(200, RevenueSchema, example=examples.REVENUE)
def read_revenue(query: dict[str, Any]) -> dict[str, Any]:
    """Get the revenue of some days, by day, course or currency.

    It is summed from the ledger, to the minor unit; amounts in several currencies are never added together. A refund or
    dispute counts on the day on which it happened, not on that of its order. At most 366 days.
    """
    by, mode, days = query["by"], query["mode"] or revenue.mode(), _days(query)
    return {
        "by": by,
        "mode": mode,
        "tz": days.tz,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "rows": revenue.revenue(by, days, mode),
    }


@blp.get("/revenue.csv")
@blp.arguments(RevenueQuerySchema, location="query")
@admins_only
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_revenue(query: dict[str, Any]) -> Response:
    """Export the revenue of some days as CSV.

    Amounts are in units of the currency, such as 49.00.
    """
    by, mode = query["by"], query["mode"] or revenue.mode()
    return _csv(by, mode, revenue.revenue(by, _days(query), mode))


def _days(query: dict[str, Any]) -> Span:
    return Span(query["first"], query["last"], query["tz"])


def _csv(by: RevenueBy, mode: Mode, rows: list[Row]) -> Response:
    name = f"revenue-{by}" if mode is Mode.LIVE else f"revenue-{by}-{mode}"
    return stream_csv(name, (*KEYS[by], "currency", *FIGURES), (_cells(by, row) for row in rows))


def _cells(by: RevenueBy, row: Row) -> list[object]:
    amounts = (in_units(Money(row[name], row["currency"])) for name in FIGURES)
    return [*(row[key] for key in KEYS[by]), row["currency"].upper(), *amounts]
