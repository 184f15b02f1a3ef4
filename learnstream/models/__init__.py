"""PostgreSQL tables. What many modules use is exported here; other tables are imported from their modules."""

from learnstream.models.audit import AuditEntry
from learnstream.models.enrollment import Enrollment, SeatSource, SeatStatus
from learnstream.models.event import ChangeOfGrade, Event, EventType, Imported, ImportOutcome, WorkKind
from learnstream.models.follower import Follower, FollowerState, ParkedEvent
from learnstream.models.grade import Grade, GradeCause, GradeChange, GradeKind
from learnstream.models.idempotency import IdempotencyKey
from learnstream.models.outbox import CommandState, OutboxMessage
from learnstream.models.override import SeatOverride
from learnstream.models.seat_grant import GrantState, SeatGrant
from learnstream.models.session import RefreshToken, Session
from learnstream.models.user import Role, User, derive, is_outdated, matches_search

__all__ = [
    "AuditEntry",
    "ChangeOfGrade",
    "CommandState",
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
    "OutboxMessage",
    "ParkedEvent",
    "RefreshToken",
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
