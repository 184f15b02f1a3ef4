"""The kinds of notices: who gets each, how by default, and which events share one notice."""

import enum
from dataclasses import dataclass
from datetime import timedelta

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailMode

HOUR = timedelta(hours=1)
# Longer than the events of one act take: the seats of a group's courses, for example.
MOMENT = timedelta(minutes=5)


class Audience(enum.StrEnum):
    """Who may get notices of a kind, and therefore chooses how."""

    EVERYBODY = "everybody"
    STAFF = "staff"  # instructors and administrators
    ADMINISTRATORS = "administrators"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of notice is told.

    in_app, mail: what applies to an account that has chosen nothing.
    bundled: for how long the first notice about something is joined by later ones; its mail waits for the end.
    """

    audience: Audience = Audience.EVERYBODY
    in_app: bool = True
    mail: MailMode = MailMode.AT_ONCE
    bundled: timedelta | None = None


KINDS: dict[NoticeKind, Kind] = {
    NoticeKind.COURSE_VERSION: Kind(mail=MailMode.DAILY, bundled=HOUR),
    NoticeKind.ANNOUNCEMENT: Kind(),
    NoticeKind.DUE_TOMORROW: Kind(),
    NoticeKind.WORK_SUBMITTED: Kind(audience=Audience.STAFF, bundled=HOUR),
    NoticeKind.GRADES_RELEASED: Kind(),
    NoticeKind.GRADE_CHANGED: Kind(bundled=MOMENT),
    NoticeKind.SEAT_GIVEN: Kind(bundled=MOMENT),
    NoticeKind.SEAT_ENDING: Kind(),
    NoticeKind.REVIEW_REPLIED: Kind(mail=MailMode.DAILY),
    NoticeKind.REVIEW_HIDDEN: Kind(),
    NoticeKind.IMPORT_FINISHED: Kind(audience=Audience.STAFF, mail=MailMode.NEVER),
    NoticeKind.PAYMENT_RECEIVED: Kind(),
    NoticeKind.PAYMENT_REFUNDED: Kind(),
    NoticeKind.PAYMENT_AT_RISK: Kind(audience=Audience.ADMINISTRATORS),
    # A mail about mails that fail would fail, too.
    NoticeKind.MAIL_FAILING: Kind(audience=Audience.ADMINISTRATORS, mail=MailMode.NEVER),
}
