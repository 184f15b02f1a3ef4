"""Carry out imports of grades."""

from datetime import timedelta
from typing import Any

from learnstream.services.foundation import outbox, tasks
from learnstream.services.grades import moving
from learnstream.services.homework.imports import jobs


@outbox.handles(jobs.TOPIC, give_up_after=timedelta(hours=24))
def import_grades(payload: dict[str, Any]) -> None:
    """Carry out an import, and have the grades of record follow."""
    jobs.carry_out(payload)
    tasks.queue(moving.TASK)
