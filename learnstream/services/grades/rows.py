"""The rows of grades: created where there are none, and locked."""

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, String, column, literal, select, tuple_, values
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.models import Grade, GradeKind, User
from learnstream.stores.sql import db

Key = tuple[int, str]  # a user and a lesson

DEFAULTS = {"late_seconds": 0, "awaiting": False, "excused": False, "revision": 0}


def lock(courses: Mapping[Key, str], kind: GradeKind) -> Sequence[Grade]:
    """Return the grades of learners in lessons, whose courses are given, locked until the transaction ends.

    Users who do not exist have none.
    """
    keys = sorted(courses)
    _create([(user_id, lesson_id, courses[user_id, lesson_id]) for user_id, lesson_id in keys], kind)
    # In a fixed order, so that two movers cannot deadlock.
    wanted = select(Grade).where(tuple_(Grade.user_id, Grade.lesson_id).in_(keys))
    return db.session.scalars(
        wanted.order_by(Grade.user_id, Grade.lesson_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()


def _create(missing: Sequence[tuple[int, str, str]], kind: GradeKind) -> None:
    given = values(
        column("user_id", BigInteger), column("lesson_id", String), column("course_id", String), name="given"
    ).data(list(missing))
    fixed = {"kind": literal(kind, Grade.kind.type), "updated_at": literal(now())} | {
        name: literal(value, Grade.__table__.c[name].type) for name, value in DEFAULTS.items()
    }
    rows = select(given, *fixed.values()).join(User, User.id == given.c.user_id)
    names = [*given.c.keys(), *fixed]
    ordered = rows.order_by(given.c.user_id, given.c.lesson_id)
    db.session.execute(insert(Grade).from_select(names, ordered, include_defaults=False).on_conflict_do_nothing())
