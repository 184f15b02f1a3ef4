"""Access checks shared by the endpoints for readers of a lesson."""

from learnstream.blueprints.common.authentication import current_caller, maybe_caller
from learnstream.documents.lesson import StoredLesson
from learnstream.errors import NotFound, Unauthenticated
from learnstream.errors.authoring import NoSuchLesson
from learnstream.policies.access import require_lesson_access, require_lesson_draft
from learnstream.services.authoring import lessons
from learnstream.services.delivery import viewings, visibility
from learnstream.services.delivery.visibility import VisibleLesson


def require_readable_lesson(lesson_id: str) -> VisibleLesson:
    """Return a published lesson in the caller's version, if they may see it."""
    try:
        shown = visibility.resolve(lesson_id, maybe_caller())
    except NotFound:
        # Guests must not learn which lessons exist.
        raise (NoSuchLesson() if maybe_caller() else Unauthenticated()) from None
    require_lesson_access(maybe_caller(), shown.view, seat=shown.seat)
    return shown


def require_watchable_lesson(lesson_id: str, viewing_id: str | None) -> VisibleLesson:
    """Return the lesson of a viewing, for which access was checked when it began; without one, a readable lesson."""
    if viewing_id is None:
        return require_readable_lesson(lesson_id)
    caller = current_caller()
    viewing = viewings.read(viewing_id, user_id=caller.id, lesson_id=lesson_id)
    return visibility.resolve_viewing(viewing, caller)


def require_readable_draft(lesson_id: str) -> StoredLesson:
    """Return a lesson's draft, if the caller is among its authors."""
    if maybe_caller() is None:
        raise Unauthenticated()
    lesson = lessons.draft(lesson_id)
    require_lesson_draft(maybe_caller(), lessons.view_of(lesson))
    return lesson
