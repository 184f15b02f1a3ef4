"""Revenue by day, course or currency: sums of the ledger, to the minor unit. Currencies are never added together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Label, Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from learnstream.clock import time_zone
from learnstream.integrations import payments
from learnstream.models import LedgerAccount, LedgerEntry, Order
from learnstream.models.ledger import Mode, RevenueBy
from learnstream.stores.sql import db
from learnstream.text.money import decimals

A_DAY = timedelta(days=1)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a time zone, both ends included."""

    first: date
    last: date
    tz: str

    def midnights(self) -> list[datetime]:
        """Return the instants at which the days begin, and the one at which the last day ends."""
        zone, days = time_zone(self.tz), (self.last - self.first).days
        return [datetime.combine(self.first + number * A_DAY, time(), zone) for number in range(days + 2)]


def _sum(amount: Any, *kinds: str, accounts: tuple[LedgerAccount, ...]) -> ColumnElement[int]:
    """Return the sum of entries in accounts, of the given kinds of causes or of all."""
    of_kinds = [func.split_part(LedgerEntry.cause, ":", 1).in_(kinds)] if kinds else []
    sums = func.sum(amount).filter(LedgerEntry.account.in_(accounts), *of_kinds)
    return cast(func.coalesce(sums, 0), BigInteger)


DEBIT, CREDIT = LedgerEntry.amount, -LedgerEntry.amount
BALANCE, SALES, TAX = LedgerAccount.VENDOR_BALANCE, LedgerAccount.SALES, LedgerAccount.TAX
RETURNS = (LedgerAccount.REFUNDS, LedgerAccount.DISPUTES)
# `net` = gross - discounts - refunds - disputes - tax, since the entries of each cause sum to zero.
FIGURES = {
    "gross": _sum(CREDIT, "payment", "order", accounts=(SALES, TAX)),
    "discounts": _sum(DEBIT, accounts=(LedgerAccount.DISCOUNTS,)),
    "refunds": _sum(CREDIT, "refund", accounts=(BALANCE,)),
    "disputes": _sum(CREDIT, "dispute", accounts=(BALANCE,)),
    "tax": _sum(CREDIT, accounts=(TAX,)),
    "net": _sum(CREDIT, accounts=(SALES, LedgerAccount.DISCOUNTS, *RETURNS)),
}


def mode() -> Mode:
    """Return the mode of the configured payment service; that of real money without one."""
    return Mode.LIVE if not payments.is_configured() or payments.current_payments().livemode else Mode.TEST


def revenue(by: RevenueBy, span: Span, mode: Mode) -> list[Row]:
    """Return the figures of the days, courses or currencies in which money moved, each by currency.

    What rows are not of is None: `day`, or `course_id` and `course_title`.
    """
    return [_row(span, found._asdict()) for found in db.session.execute(_query(by, span, mode))]


def _query(by: RevenueBy, span: Span, mode: Mode) -> Select[Any]:
    keys = _keys(by, span)
    bounds = span.midnights()
    return (
        select(*keys, LedgerEntry.currency, *(figure.label(name) for name, figure in FIGURES.items()))
        .join(Order, Order.id == LedgerEntry.order_id)
        .where(LedgerEntry.occurred_at >= bounds[0], LedgerEntry.occurred_at < bounds[-1])
        .where(Order.livemode == (mode is Mode.LIVE))
        .group_by(*(key.name for key in keys[:1]), LedgerEntry.currency)
        .order_by(*(key.name for key in reversed(keys)), LedgerEntry.currency)
    )


def _keys(by: RevenueBy, span: Span) -> list[Label[Any]]:
    """Return what rows are grouped by, and after it what it determines."""
    if by is RevenueBy.DAY:
        # Not PostgreSQL's own time zones: these are the days of all other figures.
        bounds = cast(span.midnights(), ARRAY(DateTime(timezone=True)))
        return [func.width_bucket(LedgerEntry.occurred_at, bounds).label("day")]
    if by is RevenueBy.COURSE:
        latest = func.array_agg(aggregate_order_by(Order.course_title, Order.id.desc()), type_=ARRAY(Text))[1]
        return [Order.course_id.label("course_id"), latest.label("course_title")]
    return []


def _row(span: Span, found: dict[str, Any]) -> Row:
    if "day" in found:
        found["day"] = (span.first + (found["day"] - 1) * A_DAY).isoformat()
    return dict.fromkeys(("day", "course_id", "course_title")) | found | {"decimals": decimals(found["currency"])}
