"""Invitations of students whom imports created: they choose a password by accepting."""

from collections.abc import Sequence

from sqlalchemy import select

from learnstream.models import User
from learnstream.models.invitation import SCHOOL, Invitation
from learnstream.services.accounts import invitees
from learnstream.services.accounts.invitees import Invitee
from learnstream.services.enrollment.imports.plans import Change
from learnstream.services.enrollment.imports.state import Account
from learnstream.stores.sql import db


def find_due(changes: Sequence[Change]) -> list[Account]:
    """Return the students of changes who have no password, and whose address the school has never invited."""
    managed = [change for change in changes if change.after and change.after.is_managed]
    known = [change.before.id for change in managed if change.before]
    waiting = set(db.session.scalars(select(User.id).where(User.id.in_(known), User.password_hash == "")))
    students = [each.after for each in managed if each.after and (each.before is None or each.before.id in waiting)]
    invited = _invited([student.email_key for student in students])
    return [student for student in students if student.email_key not in invited]


def invite(changes: Sequence[Change], *, by: int) -> int:
    """Invite these students; return how many."""
    return len(invitees.invite_all([Invitee(student.email) for student in find_due(changes)], invited_by=by))


def _invited(keys: Sequence[str]) -> set[str]:
    of_school = select(Invitation.email_key).where(Invitation.email_key.in_(keys), Invitation.scope == SCHOOL)
    return set(db.session.scalars(of_school))
