"""PostgreSQL tables. What many modules use is exported here; other tables are imported from their modules."""

from learnstream.models.audit import AuditEntry
from learnstream.models.coupon import Coupon, CouponUse, CouponUseState
from learnstream.models.dispute import Dispute, DisputeStatus
from learnstream.models.enrollment import Enrollment, SeatSource, SeatStatus
from learnstream.models.event import ChangeOfGrade, Event, EventType, Imported, ImportOutcome, WorkKind
from learnstream.models.follower import Follower, FollowerState, ParkedEvent
from learnstream.models.grade import Grade, GradeCause, GradeChange, GradeKind
from learnstream.models.idempotency import IdempotencyKey
from learnstream.models.ledger import LedgerAccount, LedgerEntry
from learnstream.models.order import Order, OrderState
from learnstream.models.outbox import CommandState, OutboxMessage
from learnstream.models.override import SeatOverride
from learnstream.models.payment import Payment
from learnstream.models.payment_event import PaymentEventState, ReceivedPaymentEvent
from learnstream.models.price import Price
from learnstream.models.refund import Refund, RefundState
from learnstream.models.seat_grant import GrantState, SeatGrant
from learnstream.models.session import RefreshToken, Session
from learnstream.models.user import Role, User, derive, is_outdated, matches_search

__all__ = [
    "AuditEntry",
    "ChangeOfGrade",
    "CommandState",
    "Coupon",
    "CouponUse",
    "CouponUseState",
    "Dispute",
    "DisputeStatus",
    "Enrollment",
    "Event",
    "EventType",
    "Follower",
    "FollowerState",
    "Grade",
    "GradeCause",
    "GradeChange",
    "GradeKind",
    "GrantState",
    "IdempotencyKey",
    "ImportOutcome",
    "Imported",
    "LedgerAccount",
    "LedgerEntry",
    "Order",
    "OrderState",
    "OutboxMessage",
    "ParkedEvent",
    "Payment",
    "PaymentEventState",
    "Price",
    "ReceivedPaymentEvent",
    "RefreshToken",
    "Refund",
    "RefundState",
    "Role",
    "SeatGrant",
    "SeatOverride",
    "SeatSource",
    "SeatStatus",
    "Session",
    "User",
    "WorkKind",
    "derive",
    "is_outdated",
    "matches_search",
]
