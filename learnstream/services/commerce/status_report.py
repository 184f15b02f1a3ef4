"""The state of payments for the status report: events that wait, orders that hang, and reconciliation."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from learnstream.clock import now
from learnstream.integrations import payments
from learnstream.models import Order, OrderState
from learnstream.services.commerce import event_work, reconciliation
from learnstream.services.commerce.comparing import LATE_MONEY
from learnstream.stores.sql import db

# After this, an order should have got its page, or have been closed.
LATE = timedelta(hours=1)
FIRST = 20


def report() -> dict[str, Any]:
    """Return the state of payments; ages are in seconds."""
    hanging = select(Order.id, Order.created_at).where(Order.state == OrderState.PENDING, _hangs())
    count = db.session.scalar(select(func.count()).select_from(hanging.subquery()))
    first = db.session.execute(hanging.order_by(Order.id).limit(FIRST)).all()
    return {
        "configured": payments.is_configured(),
        "livemode": payments.is_live(),
        "events": event_work.lag(),
        "orders": {
            "pending": db.session.scalar(select(func.count()).where(Order.state == OrderState.PENDING)),
            "hanging": count,
            "first_hanging": [{"id": row.id, "created_at": row.created_at} for row in first],
        },
        "reconciliation": reconciliation.report(),
    }


def _hangs() -> ColumnElement[bool]:
    """True for an open order without a page, of a page that is over, or whose money is long overdue."""
    at = now()
    unpaid = Order.checkout_completed_at.is_(None)
    return or_(
        and_(Order.checkout_id.is_(None), Order.created_at < at - LATE),
        and_(unpaid, Order.checkout_expires_at < at - LATE),
        Order.checkout_completed_at < at - LATE_MONEY,
    )
