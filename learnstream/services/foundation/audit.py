"""The audit log, written in the same transaction as the audited action."""

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from learnstream.models import AuditEntry
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.web import client_address

LATEST = Columns((AuditEntry.created_at, AuditEntry.id), descending=True)


def record(action: str, *, actor_id: int | None, target_kind: str, target_id: int | str, **details: Any) -> None:
    """Add an entry to the present transaction. `details` must not contain secrets."""
    db.session.add(
        AuditEntry(**entry(action, actor_id=actor_id, target_kind=target_kind, target_id=target_id, **details))
    )


def record_about_user(action: str, user_id: int, *, by: int | None, **details: Any) -> None:
    """Add an entry about a user's account. `by` is the signed-in user who acted, if any."""
    record(action, actor_id=by, target_kind="user", target_id=user_id, **details)


def record_once(key: str, entry: dict[str, Any], *, at: datetime) -> None:
    """Add an entry built earlier by `entry`, for an action at that instant; once per key."""
    values = {**entry, "key": key, "created_at": at}
    db.session.execute(insert(AuditEntry).values(values).on_conflict_do_nothing(index_elements=["key"]))


def entry(
    action: str, *, actor_id: int | None, target_kind: str, target_id: int | str, **details: Any
) -> dict[str, Any]:
    """Return an entry's columns, with the request's address and id, as plain values that can be recorded later."""
    # The only service that reads the request: every entry needs address and request id, and no caller has to pass them.
    return {
        "actor_id": actor_id,
        "action": action,
        "target_kind": target_kind,
        "target_id": str(target_id),
        "details": details,
        "ip": client_address.client_address(),
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }


def browse(
    *,
    part: Part,
    since: datetime | None = None,
    until: datetime | None = None,
    **equal: Any,
) -> Found[AuditEntry]:
    """Return a part of the matching entries, latest first. `equal` maps columns to values."""
    matching = select(AuditEntry).filter_by(**equal)
    if since:
        matching = matching.where(AuditEntry.created_at >= since)
    if until:
        matching = matching.where(AuditEntry.created_at < until)
    return rows_of(matching, LATEST, part)
