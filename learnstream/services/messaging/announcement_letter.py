"""What mails say of an announcement: its present title and text, as long as it is published."""

from typing import Any

from learnstream.documents.notification import NoticeKind
from learnstream.models.mail import Mail, MailTemplate
from learnstream.services.accounts import names
from learnstream.services.announcements import announcements
from learnstream.services.messaging import notice_letters
from learnstream.services.messaging.letters import NotNeeded, letter

CAUSE = "announcement"


def cause(announcement_id: str) -> str:
    """Return the cause of the mails of an announcement."""
    return f"{CAUSE}:{announcement_id}"


@letter(MailTemplate.ANNOUNCEMENT)
def announcement(mail: Mail) -> dict[str, Any]:
    """Add the announcement and the links.

    Raises:
        NotNeeded: it was withdrawn, or is not for the recipient any more, who may also have unsubscribed.
    """
    links = notice_letters.links_unless_stopped(mail, NoticeKind.ANNOUNCEMENT)
    found = announcements.told(mail.cause.partition(":")[2])
    if found is None or mail.user_id is None or not announcements.is_for(mail.user_id, found):
        raise NotNeeded()
    author = names.of([found["created_by"]]).get(found["created_by"], "")
    return {"title": found["title"], "text": found["text"], "author": author, **links}
