"""MongoDB documents. Each write is one atomic, repeatable update; see the services that make them."""

from learnstream.documents.base import ensure_indexes
from learnstream.documents.course import Course, CourseStatus, CourseVersion
from learnstream.documents.course_progress import CourseProgress
from learnstream.documents.heartbeat import Heartbeat
from learnstream.documents.lesson import Lesson, LessonKind, LessonVersion
from learnstream.documents.migration import DocumentMigration
from learnstream.documents.progress import Progress
from learnstream.documents.stats import CourseStats, LessonStats, RollupState
from learnstream.documents.video import Video, VideoStatus
from learnstream.documents.webhook_event import WebhookEvent, WebhookState

__all__ = [
    "Course",
    "CourseProgress",
    "CourseStats",
    "CourseStatus",
    "CourseVersion",
    "DocumentMigration",
    "Heartbeat",
    "Lesson",
    "LessonKind",
    "LessonStats",
    "LessonVersion",
    "Progress",
    "RollupState",
    "Video",
    "VideoStatus",
    "WebhookEvent",
    "WebhookState",
    "ensure_indexes",
]
