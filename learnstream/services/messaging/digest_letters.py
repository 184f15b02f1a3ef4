"""What digests say: the notices that are unread when they are sent, by course."""

from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId

from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, ShownNotice
from learnstream.documents.projection import Projection
from learnstream.models.mail import Mail, MailMode, MailTemplate
from learnstream.models.notification_choice import EVERY_KIND
from learnstream.services.announcements import announcements
from learnstream.services.announcements.announcements import PUBLISHED, TOLD
from learnstream.services.delivery import catalogue
from learnstream.services.messaging.choices import choices
from learnstream.services.messaging.choices.unsubscribing import DAILY
from learnstream.services.messaging.facts import MAX_NOTICES
from learnstream.services.messaging.letters import NotNeeded, letter
from learnstream.services.messaging.notice_letters import links_for, recipient
from learnstream.services.messaging.notices import wording

NOTICES = Projection(Notification, ShownNotice)
ORDER = [("_id", 1)]


@letter(MailTemplate.DIGEST)
def digest(mail: Mail) -> dict[str, Any]:
    """Add what the digest says, unless all of it has been read or is not wanted any more."""
    user = recipient(mail)
    notices = _still_wanted(user.id, _unread(user.id, day=mail.cause.rpartition(":")[2]))
    if not notices:
        raise NotNeeded()
    sections = _sections(notices[:MAX_NOTICES], mail.language)
    return {"count": len(notices), "sections": sections, **links_for(user, DAILY)}


def _unread(user_id: int, *, day: str) -> list[ShownNotice]:
    return list(NOTICES.find({"user_id": user_id, "digest": day, "read_at": None}, sort=ORDER))


def _still_wanted(user_id: int, notices: Sequence[ShownNotice]) -> list[ShownNotice]:
    """Return the notices without those of kinds that are not mailed any more, and of announcements that are not shown."""
    chosen = choices.chosen([user_id], [*NoticeKind, EVERY_KIND]).get(user_id, {})
    mailed = [kind for kind in NoticeKind if choices.applying(chosen, kind).mail is not MailMode.NEVER]
    hidden = _hidden(user_id, notices)
    return [each for each in notices if each["kind"] in mailed and each["target"]["id"] not in hidden]


def _hidden(user_id: int, notices: Iterable[ShownNotice]) -> set[str | None]:
    """Return the ids of announcements that were withdrawn, or are not for the user any more."""
    ids = {each["target"]["id"] for each in notices if each["kind"] == NoticeKind.ANNOUNCEMENT}
    if not ids:
        return set()
    published = TOLD.find({"_id": {"$in": [ObjectId(each) for each in ids]}, **PUBLISHED})
    return ids - {str(each["_id"]) for each in published if announcements.is_for(user_id, each)}


def _sections(notices: Iterable[ShownNotice], language: str) -> list[dict[str, Any]]:
    """Return the notices by course, in the order in which each course had its first; those without a course are last."""
    by_course: dict[str, list[str]] = {}
    for each in notices:
        course_id = str(each["course_id"] or "")
        by_course.setdefault(course_id, []).append(wording.text({**each, "language": language}))
    known = catalogue.cards([course_id for course_id in by_course if course_id])
    # A course that the catalogue does not show any more has no title to show here.
    titled = [{"title": known[each]["title"], "notices": told} for each, told in by_course.items() if each in known]
    others = [text for each, told in by_course.items() if each not in known for text in told]
    return [*titled, *([{"title": "", "notices": others}] if others else [])]
