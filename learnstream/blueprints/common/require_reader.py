"""Access checks shared by the endpoints for readers of a lesson or a file."""

from learnstream.blueprints.common.authentication import current_caller, maybe_caller
from learnstream.blueprints.common.require_submission import may_see_submission
from learnstream.documents import CourseStatus
from learnstream.documents.file import FileFacts, FilePurpose
from learnstream.documents.lesson import StoredLesson
from learnstream.errors import NotFound, Unauthenticated
from learnstream.errors.accounts import MfaSetupRequired
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson
from learnstream.errors.enrollment import NotEnrolled
from learnstream.errors.files import NoSuchFile
from learnstream.errors.media import FileLinkInvalid, FileLinkOutdated
from learnstream.policies import entitlements
from learnstream.policies.access import require_lesson_access, require_lesson_draft, require_seat
from learnstream.policies.seats import Seat
from learnstream.policies.views import Caller
from learnstream.services.authoring import courses, lessons
from learnstream.services.delivery import file_access, viewings, visibility
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.homework import submission_files
from learnstream.services.homework.submission_files import MaskedProperties
from learnstream.services.media import file_links, files
from learnstream.services.media.file_links import FileLink
from learnstream.stores import cache


def require_readable_lesson(lesson_id: str) -> VisibleLesson:
    """Return a published lesson in the caller's version, if they may see it."""
    return _readable_lesson(lesson_id, maybe_caller())


def _readable_lesson(lesson_id: str, caller: Caller | None) -> VisibleLesson:
    try:
        shown = visibility.resolve(lesson_id, caller)
    except NotFound:
        # Guests must not learn which lessons exist.
        raise (NoSuchLesson() if caller else Unauthenticated()) from None
    require_lesson_access(caller, shown.view, seat=shown.seat)
    return shown


def require_own_seat(course_id: str) -> Seat:
    """Return the caller's seat in a course, live or not."""
    reader = current_caller()
    if seat := entitlements.seat(reader.id, course_id):
        return seat
    _require_known(course_id)
    raise NotEnrolled()


def require_live_seat(course_id: str) -> Seat:
    """Return the caller's live seat in a course."""
    try:
        return require_seat(current_caller(), course_id)
    except NotEnrolled:
        _require_known(course_id)
        raise


def _require_known(course_id: str) -> None:
    """Raise if a course does not exist: an error about a seat must not tell that an unpublished one does."""
    if courses.view(course_id).status is CourseStatus.DRAFT:
        raise NoSuchCourse()


def require_watchable_lesson(lesson_id: str, viewing_id: str | None) -> VisibleLesson:
    """Return the lesson of a viewing, for which access was checked when it began; without one, a readable lesson."""
    if viewing_id is None:
        return require_readable_lesson(lesson_id)
    caller = current_caller()
    viewing = viewings.read(viewing_id, user_id=caller.id, lesson_id=lesson_id)
    return visibility.resolve_viewing(viewing, caller)


def require_readable_draft(lesson_id: str) -> StoredLesson:
    """Return a lesson's draft, if the caller is among its authors."""
    return _readable_draft(lesson_id, maybe_caller())


def _readable_draft(lesson_id: str, caller: Caller | None) -> StoredLesson:
    if caller is None:
        raise Unauthenticated()
    lesson = lessons.draft(lesson_id)
    require_lesson_draft(caller, lessons.view_of(lesson))
    return lesson


def require_readable_file(file_id: str) -> tuple[FileFacts, MaskedProperties]:
    """Return a file's facts, if the caller may read it, and what they see in place of some of its properties."""
    try:
        facts = files.facts(file_id)
    except NoSuchFile:
        facts = None
    if facts is None or not (file_access.may_read(maybe_caller(), file_id, facts) or _is_handed_in(file_id, facts)):
        # Guests must not learn which files exist.
        raise NoSuchFile() if maybe_caller() else Unauthenticated()
    return facts, _masked(file_id, facts)


def _masked(file_id: str, facts: FileFacts) -> MaskedProperties:
    caller = maybe_caller()
    if facts["purpose"] != FilePurpose.SUBMISSION or caller is None or caller.id == facts["owner_id"]:
        return {}
    return submission_files.masked_for_staff(file_id, facts["type"])


def _is_handed_in(file_id: str, facts: FileFacts) -> bool:
    """Return whether a file was handed in by a learner whom the caller may see, by whatever submission."""
    if facts["purpose"] != FilePurpose.SUBMISSION or maybe_caller() is None:
        return False
    found = submission_files.handed_in_with(file_id)
    return any(may_see_submission(each) for each in found)


def require_linked_file(token: str, file_id: str) -> FileFacts:
    """Return a file's facts, if the token is of a link to it, and the lesson that shows it is open to the reader now."""
    link = file_links.read(token, file_id=file_id)
    reader = _reader_of(link)
    caller = maybe_caller()
    if caller and reader and caller.id != reader.id:
        raise FileLinkInvalid()
    if _document_of(link, reader) != file_id:
        raise FileLinkOutdated()
    return files.facts(file_id)


def _reader_of(link: FileLink) -> Caller | None:
    """Return the link's reader with the rights that they have now; None for a guest."""
    reader = link.reader
    keys = entitlements.caller_keys(reader.user_id, reader.session_id) if reader else []
    keys += visibility.prefetch_keys(user_id=reader.user_id if reader else None, lesson_id=link.lesson_id)
    cache.prefetch(*keys, files.facts_key(link.file_id))
    if reader is None:
        return None
    found = entitlements.caller(reader.user_id, reader.session_id, reader.issued_at)
    if found.needs_second_factor:
        raise MfaSetupRequired()
    return found


def _document_of(link: FileLink, reader: Caller | None) -> str | None:
    """Return the file that the link's lesson, or its draft, shows to the reader now."""
    if link.is_draft:
        document_id = _readable_draft(link.lesson_id, reader)["document_id"]
        return str(document_id) if document_id else None
    return _readable_lesson(link.lesson_id, reader).document_id
