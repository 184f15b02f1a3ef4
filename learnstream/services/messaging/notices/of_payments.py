"""Notices of payments: to buyers that money arrived or went back, and to administrators that a bank may take it back."""

from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.models import Order
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell
from learnstream.stores.sql import db


def received(event: FeedEvent) -> None:
    """Tell a buyer that their payment arrived; not of nothing, which a coupon left to pay."""
    if event.data["amount"]:
        _tell_buyer(event, NoticeKind.PAYMENT_RECEIVED)


def refunded(event: FeedEvent) -> None:
    """Tell a buyer that money goes back to them."""
    _tell_buyer(event, NoticeKind.PAYMENT_REFUNDED)


def disputed(event: FeedEvent) -> None:
    """Tell administrators of a dispute, each time its state changes."""
    tell(_news(event, NoticeKind.PAYMENT_AT_RISK, risk="disputed"), recipients.administrators())


def warned(event: FeedEvent) -> None:
    """Tell administrators that a dispute is likely: refunding the payment now may prevent it."""
    tell(_news(event, NoticeKind.PAYMENT_AT_RISK, risk="warned"), recipients.administrators())


def _tell_buyer(event: FeedEvent, kind: NoticeKind) -> None:
    tell(_news(event, kind), [event.data["user_id"]])


def _news(event: FeedEvent, kind: NoticeKind, **facts: str) -> News:
    data, order_id = event.data, event.data["order_id"]
    # The title at the time of the order: the course may have another one now, or be deleted.
    facts = {"course": db.session.get_one(Order, order_id).course_title, **facts}
    amount = {"amount": data["amount"], "currency": data["currency"]}
    return News(kind, event.id, target(TargetKind.ORDER, order_id), facts | amount, course_id=data["course_id"])
