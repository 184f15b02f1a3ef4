"""The event of an import that ended."""

from learnstream.models import EventType, Imported, ImportOutcome
from learnstream.services.foundation import events


def finished(
    kind: Imported,
    import_id: int,
    outcome: ImportOutcome,
    *,
    by: int,
    dry_run: bool,
    course_id: str | None = None,
    lesson_id: str | None = None,
) -> None:
    """Record, once, in the present transaction, that an import has ended in this way."""
    events.record(
        EventType.IMPORT_FINISHED,
        f"{kind}:{import_id}:{outcome}",
        kind=kind.value,
        import_id=import_id,
        by=by,
        outcome=outcome.value,
        dry_run=dry_run,
        course_id=course_id,
        lesson_id=lesson_id,
    )
