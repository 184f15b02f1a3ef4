"""Facts of sample mails, about the people of the documentation's examples: for previews and tests."""

from typing import Any

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import MailTemplate
from learnstream.web import cast

LINK = (
    "https://learn.example.com/{page}?token=eyJ1IjoxMiwiZSI6InNhbUBleGFtcGxlLmNvbSJ9.aZk2QA.x5tSE1pDq8WbWq0uT3lNwEoK4nY"
)
SCHOOL = "LearnStream"
FOR_OPTIONAL = {"link": "https://learn.example.com/", "unsubscribe": LINK.format(page="unsubscribe")}


def sample(template: MailTemplate) -> dict[str, Any]:
    """Return facts that a template takes."""
    return {"name": cast.LEARNER["name"], "school": SCHOOL, **FACTS[template]}


FACTS: dict[MailTemplate, dict[str, Any]] = {
    MailTemplate.VERIFY_EMAIL: {"link": LINK.format(page="verify-email"), "expires_in_hours": 24},
    MailTemplate.RESET_PASSWORD: {"link": LINK.format(page="reset-password"), "expires_in_hours": 1},
    MailTemplate.CONFIRM_ADDRESS: {"link": LINK.format(page="confirm-address"), "expires_in_hours": 24},
    MailTemplate.INVITATION: {
        "inviter": cast.INSTRUCTOR["name"],
        "role": "student",
        "courses": [cast.COURSE_TITLE],
        "message": "Dear Sam,\nwe begin on Monday with the phases of the moon. I look forward to seeing you there!",
        "link": LINK.format(page="invitation"),
        "expires_on": cast.FIRST_PUBLISHED_AT.partition("T")[0],
    },
    MailTemplate.ADDRESS_CHANGED: {"new_address": cast.LEARNER["email"], "link": LINK.format(page="undo-address")},
    MailTemplate.PASSWORD_CHANGED: {"at": cast.WATCHED_AT},
    MailTemplate.NEW_DEVICE: {"device": "Firefox on Linux", "network": cast.CLIENT_ADDRESS, "at": cast.WATCHED_AT},
    MailTemplate.SECOND_FACTOR_CHANGED: {"change": "on", "at": cast.WATCHED_AT},
    MailTemplate.ALREADY_REGISTERED: {"link": "https://learn.example.com/sign-in"},
    MailTemplate.NOTIFICATION: {
        "kind": NoticeKind.GRADES_RELEASED.value,
        "notices": [f"Your work in “{cast.ASSIGNMENT_LESSON_TITLE}” of “{cast.COURSE_TITLE}” was graded"],
        **FOR_OPTIONAL,
    },
    MailTemplate.DIGEST: {
        "count": 3,
        "sections": [
            {
                "title": cast.COURSE_TITLE,
                "notices": [f"“{cast.COURSE_TITLE}” has a new version", "Your review was answered"],
            },
            {"title": "", "notices": ["Your review of “On the Origin of Species” was answered"]},
        ],
        **FOR_OPTIONAL,
    },
    MailTemplate.ANNOUNCEMENT: {
        "kind": NoticeKind.ANNOUNCEMENT.value,
        "of": cast.COURSE_TITLE,
        "title": "An evening with the telescope",
        "author": cast.INSTRUCTOR["name"],
        "text": "On Friday at eight we meet on the roof, if the sky is clear.\n\nWhat to bring:\n* a warm coat\n* a red torch",
        **FOR_OPTIONAL,
    },
}
