"""Accounts of students that an import creates: many at once, without passwords, which their owners set when invited."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.accounts import EmailTaken
from learnstream.models import EventType, Role, User, derive
from learnstream.services.accounts import reservations
from learnstream.services.foundation import audit, events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db
from learnstream.text import folding

STUDENT = {"role": Role.STUDENT, "password_hash": ""}


@dataclass(frozen=True, slots=True)
class Student:
    """A student who gets an account."""

    name: str
    email: str
    external_id: str | None = None
    phone: str | None = None


def add_all(students: Sequence[Student], *, by: int | None) -> Mapping[str, int]:
    """Create accounts for all of these students; return their ids, by the addresses as they are compared.

    Raises:
        EmailTaken: another account has one of the addresses or external ids, or can get an address back.
    """
    if not students:
        return {}
    moment = now()
    rows = [{**STUDENT, **asdict(each), **derive(each.name, each.email), "imported_at": moment} for each in students]
    # The unique indexes decide between concurrent requests; a query before the insert would be a race.
    inserted = insert(User).values(rows).on_conflict_do_nothing().returning(User.email_key, User.id)
    created = {row.email_key: row.id for row in db.session.execute(inserted)}
    if len(created) < len(students) or reservations.holders([folding.caseless(each.email) for each in students]):
        raise EmailTaken()
    events.record_all([_registered(user_id) for user_id in created.values()])
    for user_id in created.values():
        audit.record_about_user("user.created", user_id, by=by, role=Role.STUDENT, imported=True)
    return created


def _registered(user_id: int) -> NewEvent:
    event_type = EventType.USER_REGISTERED
    return NewEvent(f"{event_type}:{user_id}", event_type, {"user_id": user_id, "role": Role.STUDENT.value})
