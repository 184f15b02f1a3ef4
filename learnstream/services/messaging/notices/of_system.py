"""Notices of what the system did, or failed to do, for those who look after it."""

from datetime import datetime

from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell


def import_finished(event: FeedEvent) -> None:
    """Tell who requested an import, which may have taken long, how it has ended; not of a dry run, which changed nothing."""
    data = event.data
    if data["dry_run"]:
        return
    facts = {name: data[name] for name in ("kind", "outcome")}
    about = target(TargetKind.IMPORT, data["import_id"])
    tell(News(NoticeKind.IMPORT_FINISHED, event.id, about, facts, course_id=data["course_id"]), [data["by"]])


def mail_failing(event: FeedEvent) -> None:
    """Tell administrators that mails fail."""
    facts = {"since_at": datetime.fromisoformat(event.data["since"])}
    tell(News(NoticeKind.MAIL_FAILING, event.id, target(TargetKind.MAILS), facts), recipients.administrators())
