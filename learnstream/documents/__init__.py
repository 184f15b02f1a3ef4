"""MongoDB documents. Each write is one atomic, idempotent update; the services perform them.

What many modules use is exported here; other documents are imported from their modules.
"""

from learnstream.documents.assignment import Assignment
from learnstream.documents.attempt import Attempt, AttemptState, SubmittedBy
from learnstream.documents.base import ensure_indexes
from learnstream.documents.book import Book, BookStatus
from learnstream.documents.course import Course, CourseStatus
from learnstream.documents.course_progress import CourseProgress
from learnstream.documents.course_version import CourseVersion
from learnstream.documents.file import File, FilePurpose, FileState
from learnstream.documents.lesson import Lesson, LessonKind, LessonVersion
from learnstream.documents.migration import DocumentMigration
from learnstream.documents.notification import Notification
from learnstream.documents.progress import Progress
from learnstream.documents.quiz import Quiz
from learnstream.documents.review import Review, SubjectKind
from learnstream.documents.schedule_beat import ScheduleBeat
from learnstream.documents.stats import CourseStats, DayStats, LessonStats, RollupState
from learnstream.documents.stored_object import ObjectEntry
from learnstream.documents.submission import Submission, SubmissionState
from learnstream.documents.video import Video, VideoStatus
from learnstream.documents.webhook_event import WebhookEvent, WebhookState

__all__ = [
    "Assignment",
    "Attempt",
    "AttemptState",
    "Book",
    "BookStatus",
    "Course",
    "CourseProgress",
    "CourseStats",
    "CourseStatus",
    "CourseVersion",
    "DayStats",
    "DocumentMigration",
    "File",
    "FilePurpose",
    "FileState",
    "Lesson",
    "LessonKind",
    "LessonStats",
    "LessonVersion",
    "Notification",
    "ObjectEntry",
    "Progress",
    "Quiz",
    "Review",
    "RollupState",
    "ScheduleBeat",
    "SubjectKind",
    "Submission",
    "SubmissionState",
    "SubmittedBy",
    "Video",
    "VideoStatus",
    "WebhookEvent",
    "WebhookState",
    "ensure_indexes",
]
