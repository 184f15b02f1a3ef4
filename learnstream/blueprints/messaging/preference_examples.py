"""Examples of how people want to be told."""

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailMode

DEFAULT = {"in_app": True, "mail": MailMode.AT_ONCE.value}
WANTED = {
    "preferences": [{"kind": NoticeKind.ANNOUNCEMENT.value, "in_app": True, "mail": MailMode.DAILY.value}],
}
PREFERENCES = {
    "preferences": [
        *({**each, "default": DEFAULT} for each in WANTED["preferences"]),
        {"kind": NoticeKind.SEAT_GIVEN.value, **DEFAULT, "default": DEFAULT},
    ],
    "mail_suppressed_at": None,
}
