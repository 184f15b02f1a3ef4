"""The names of the kinds of notices in sentences: “to be told of … by e-mail”."""

from learnstream.documents.notification import NoticeKind
from learnstream.text.translation import N_, translations

NAMES = {
    # Translators: a kind of notices that people get, in the middle of a sentence; so are those that follow.
    NoticeKind.COURSE_VERSION: N_("new versions of courses"),
    NoticeKind.ANNOUNCEMENT: N_("announcements"),
    NoticeKind.DUE_TOMORROW: N_("work that is due soon"),
    NoticeKind.WORK_SUBMITTED: N_("work to mark"),
    NoticeKind.GRADES_RELEASED: N_("new grades"),
    NoticeKind.GRADE_CHANGED: N_("changed grades"),
    NoticeKind.SEAT_GIVEN: N_("new enrollments"),
    NoticeKind.SEAT_ENDING: N_("enrollments that end soon"),
    NoticeKind.REVIEW_REPLIED: N_("answers to reviews"),
    NoticeKind.REVIEW_HIDDEN: N_("hidden reviews"),
    NoticeKind.IMPORT_FINISHED: N_("finished imports"),
    NoticeKind.MAIL_FAILING: N_("mails that fail"),
    NoticeKind.PAYMENT_RECEIVED: N_("your payments"),
    NoticeKind.PAYMENT_REFUNDED: N_("refunds to you"),
    NoticeKind.PAYMENT_AT_RISK: N_("payments that banks dispute"),
}


def name_of(kind: NoticeKind, language: str) -> str:
    """Return the name of a kind in a language."""
    return translations(language).gettext(NAMES[kind])
