"""The extra time that single learners have in all quizzes of all courses."""

from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.models.accommodation import Accommodation
from learnstream.policies.allowances import STANDARD
from learnstream.services.accounts import accounts
from learnstream.services.enrollment import accommodated
from learnstream.services.foundation import audit
from learnstream.stores.sql import db

NONE: dict[str, Any] = {"time_factor": STANDARD, "note": "", "granted_by": None, "updated_at": None}


def find(user_id: int) -> dict[str, Any]:
    """Return a user's accommodations in all quizzes; the standard ones if there are none.

    Raises:
        NoSuchUser: there is no such account.
    """
    accounts.get(user_id)
    found = db.session.get(Accommodation, user_id, populate_existing=True)
    return {"user_id": user_id} | ({name: getattr(found, name) for name in NONE} if found else NONE)


def replace(user_id: int, *, time_factor: Decimal, note: str, by: int) -> dict[str, Any]:
    """Replace a user's accommodations in all quizzes.

    The note is not copied to the audit log, which is never deleted: it may tell of the user's health.

    Raises:
        NoSuchUser: there is no such account.
    """
    before = find(user_id)["time_factor"]
    values = {"time_factor": time_factor, "note": note, "granted_by": by, "updated_at": now()}
    upsert = insert(Accommodation).values(user_id=user_id, created_at=now(), **values)
    db.session.execute(upsert.on_conflict_do_update(index_elements=["user_id"], set_=values))
    _record("accommodations.changed", user_id, by, before=float(before), after=float(time_factor))
    return find(user_id)


def remove(user_id: int, *, by: int) -> None:
    """Remove a user's accommodations in all quizzes, if they have any.

    Raises:
        NoSuchUser: there is no such account.
    """
    accounts.get(user_id)
    found = db.session.get(Accommodation, user_id, with_for_update=True, populate_existing=True)
    if found is not None:
        db.session.delete(found)
        _record("accommodations.removed", user_id, by, before=float(found.time_factor))


def _record(action: str, user_id: int, by: int, **details: Any) -> None:
    audit.record_about_user(action, user_id, by=by, **details)
    db.session.flush()
    accommodated.changed_everywhere(user_id)
