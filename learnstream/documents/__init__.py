"""MongoDB documents. Each write is one atomic, repeatable update; see the services that make them."""

from learnstream.documents.base import ensure_indexes
from learnstream.documents.course import Course, CourseStatus, CourseVersion
from learnstream.documents.heartbeat import Heartbeat
from learnstream.documents.lesson import Lesson, LessonKind, LessonVersion
from learnstream.documents.video import Video, VideoStatus
from learnstream.documents.webhook_event import WebhookEvent, WebhookState

__all__ = [
    "Course",
    "CourseStatus",
    "CourseVersion",
    "Heartbeat",
    "Lesson",
    "LessonKind",
    "LessonVersion",
    "Video",
    "VideoStatus",
    "WebhookEvent",
    "WebhookState",
    "ensure_indexes",
]
