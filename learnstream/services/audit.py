"""The audit log: written in the transaction of the act itself."""

from typing import Any

from flask import g, has_request_context

from learnstream import network
from learnstream.extensions import db
from learnstream.models import AuditEntry


def record(action: str, *, actor_id: int | None, target_kind: str, target_id: int | str, **details: Any) -> None:
    """Note who did what to whom; it is kept exactly if the act is committed. Details must hold no secret."""
    # The one look at the request in a service: address and request id belong to every entry, and to no caller's task.
    ip, request_id = network.client_address(), g.get("request_id", "") if has_request_context() else ""
    db.session.add(
        AuditEntry(
            actor_id=actor_id,
            action=action,
            target_kind=target_kind,
            target_id=str(target_id),
            details=details,
            ip=ip,
            request_id=request_id,
        )
    )
