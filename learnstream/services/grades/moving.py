"""Moving results from MongoDB into the grades of record: each once, however many movers there are and wherever a process ends.

The row of a grade is locked before the results are read, so that of two movers the later one has read the latest results.
What is moved already makes no difference to the row, and no entry in its history. Results are settled after the commit:
after a crash in between they are moved again.
"""

import logging
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from learnstream.clock import now
from learnstream.models import GradeCause
from learnstream.services.grades import changes, completing, grade_events, rows
from learnstream.services.grades.rows import Key
from learnstream.services.grades.sources import SOURCES, Source
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

TASK = "learnstream.move_grades"
BATCH = 200  # documents


def move() -> int:
    """Move the results that have changed; return the number of grades. Several workers may do so at once."""
    return sum(_move_all(source, batch) for source in SOURCES for batch in source.batches(BATCH))


def move_of(user_id: int, lesson_id: str) -> None:
    """Bring a learner's grade in a lesson up to date in the present transaction, if they have results in it."""
    key = (user_id, lesson_id)
    for source in SOURCES:
        if found := source.course_of(key):
            update(source, {key: found})


def _move_all(source: Source, batch: Mapping[Key, str]) -> int:
    """Move a batch; if that fails, one by one: a result that cannot be moved must keep no other waiting."""
    if _is_moved(source, batch):
        return len(batch)
    return sum(_is_moved(source, {key: course_id}) for key, course_id in batch.items()) if len(batch) > 1 else 0


def _is_moved(source: Source, batch: Mapping[Key, str]) -> bool:
    try:
        documents = update(source, batch)
        db.session.commit()
    except STORE_FAILURES:
        db.session.rollback()
        raise
    except Exception:
        db.session.rollback()
        log.exception("the grades of %s could not be moved", [*batch][:5])
        return False
    source.settle(documents)
    return True


def update(source: Source, batch: Mapping[Key, str]) -> Iterable[Any]:
    """Update and flush the grades of learners in lessons. Return the documents that they were computed from."""
    moment = now()
    grades = rows.lock(batch, source.kind)
    documents = source.read(batch)
    changed = set()
    for grade in grades:
        found = documents[grade.user_id, grade.lesson_id]
        if entries := changes.apply(grade, source.result(found, moment), moment):
            db.session.add_all(entries)
            if any(each.shown and each.cause is GradeCause.LATENESS for each in entries):
                grade_events.late_anew(grade)
            changed.add((grade.user_id, grade.course_id))
    db.session.flush()
    completing.follow(changed)
    return chain.from_iterable(documents.values())
