"""The texts of notices: each one sentence, in the language of the account that it is for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from learnstream.documents.notification import NoticeKind, ShownNotice
from learnstream.models import Imported, ImportOutcome
from learnstream.text.money import Money
from learnstream.text.translation import N_, format_instant, format_money, translations

SENTENCES = {
    NoticeKind.COURSE_VERSION: N_("“%(course)s” has a new version"),
    # Translators: the name of a course or a group, and the title of the announcement.
    NoticeKind.ANNOUNCEMENT: N_("Announcement in “%(of)s”: %(title)s"),
    NoticeKind.DUE_TOMORROW: N_("“%(lesson)s” in “%(course)s” is due on %(due_at)s"),
    NoticeKind.GRADES_RELEASED: N_("Your work in “%(lesson)s” of “%(course)s” was graded"),
    NoticeKind.GRADE_CHANGED: N_("Your grade in “%(lesson)s” of “%(course)s” has changed"),
    NoticeKind.SEAT_GIVEN: N_("You were enrolled in “%(course)s”"),
    NoticeKind.SEAT_ENDING: N_("Your access to “%(course)s” ends on %(ends_at)s"),
    # Translators: the title of a course or a book.
    NoticeKind.REVIEW_REPLIED: N_("Your review of “%(title)s” was answered"),
    NoticeKind.REVIEW_HIDDEN: N_("Your review of “%(title)s” was hidden: %(reason)s"),
    NoticeKind.MAIL_FAILING: N_("Mails have failed since %(since_at)s"),
    # Translators: an amount of money, such as "49.00 EUR", and the title of a course.
    NoticeKind.PAYMENT_RECEIVED: N_("Your payment of %(amount)s for “%(course)s” has arrived"),
    NoticeKind.PAYMENT_REFUNDED: N_("You were refunded %(amount)s for “%(course)s”"),
}
RISKS = {
    "warned": N_("A bank warns that the payment of %(amount)s for “%(course)s” may be fraud"),
    "disputed": N_("The payment of %(amount)s for “%(course)s” is disputed"),
}
IMPORTS = {
    (Imported.PEOPLE, ImportOutcome.DONE): N_("The import of people is done"),
    (Imported.PEOPLE, ImportOutcome.FAILED): N_("The import of people has failed"),
    (Imported.PEOPLE, ImportOutcome.UNDONE): N_("The import of people was undone"),
    (Imported.QUESTIONS, ImportOutcome.DONE): N_("The import of questions is done"),
    (Imported.QUESTIONS, ImportOutcome.FAILED): N_("The import of questions has failed"),
    (Imported.QUESTIONS, ImportOutcome.UNDONE): N_("The import of questions was undone"),
    (Imported.GRADES, ImportOutcome.DONE): N_("The import of grades is done"),
    (Imported.GRADES, ImportOutcome.FAILED): N_("The import of grades has failed"),
    (Imported.GRADES, ImportOutcome.UNDONE): N_("The import of grades was undone"),
    (Imported.BOOKS, ImportOutcome.DONE): N_("The import of books is done"),
    (Imported.BOOKS, ImportOutcome.FAILED): N_("The import of books has failed"),
    (Imported.BOOKS, ImportOutcome.UNDONE): N_("The import of books was undone"),
}


def text(notice: ShownNotice, language: str | None = None) -> str:
    """Return what a notice tells, in one line of plain text, by default in the language of its time."""
    language = language or notice["language"]
    kind, count = NoticeKind(notice["kind"]), notice["count"]
    found, facts = translations(language), _shown(notice["facts"], language)
    if kind is NoticeKind.WORK_SUBMITTED:
        sentence = found.ngettext(
            "%(count)s submission to mark in “%(course)s”", "%(count)s submissions to mark in “%(course)s”", count
        )
    elif kind is NoticeKind.SEAT_GIVEN and count > 1:
        sentence = found.ngettext(
            "You were enrolled in “%(course)s” and %(others)s other course",
            "You were enrolled in “%(course)s” and %(others)s other courses",
            count - 1,
        )
    elif kind is NoticeKind.IMPORT_FINISHED:
        sentence = found.gettext(IMPORTS[facts["kind"], facts["outcome"]])
    elif kind is NoticeKind.PAYMENT_AT_RISK:
        sentence = found.gettext(RISKS[facts["risk"]])
    else:
        sentence = found.gettext(SENTENCES[kind])
    return sentence % {**facts, "count": count, "others": count - 1}


def _shown(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return facts with times and amounts in words; times are stored in the account's time zone."""
    shown = {
        name: format_instant(datetime.fromisoformat(value), language) if name.endswith("_at") else value
        for name, value in facts.items()
    }
    if "amount" in facts:
        shown["amount"] = format_money(Money(facts["amount"], facts["currency"]), language)
    return shown
