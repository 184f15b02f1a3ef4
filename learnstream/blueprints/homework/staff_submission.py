"""Submissions for the course's staff and, of their own learners, the staff of groups."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.file_response import stream_archive
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_visible_learners
from learnstream.blueprints.common.require_submission import as_group_staff, require_marker, visible_submissions
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.homework import staff_examples
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.errors.file_storage import Busy, Unreachable
from learnstream.errors.homework import ArchivesBusy, ArchiveTooLarge, NoSuchSubmission
from learnstream.schemas.homework.staff_list import (
    QueueQuerySchema,
    StaffListedSubmissionSchema,
    SubmissionQuerySchema,
)
from learnstream.schemas.homework.staff_submission import StaffSubmissionSchema
from learnstream.services.authoring import courses
from learnstream.services.homework import archives, grading_queue, staff_list, staff_view
from learnstream.services.media.file_purposes import ZIP
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "staff_submission",
    __name__,
    position=169,
    title="Homework: submissions of learners",
    description="What learners handed in, for the course's staff.",
)

ARCHIVE = (
    "A ZIP archive with a folder for each learner. `contents.csv` lists what is in it, and has `not read` in its column "
    "`state` for what could not be read."
)


@blp.get("/lessons/<object_id:lesson_id>/submissions")
@blp.arguments(SubmissionQuerySchema, location="query")
@blp.response(200, StaffListedSubmissionSchema(many=True))
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGroup)
@blp.paginate(CursorSchema)
def list_submissions(query: dict[str, Any], lesson_id: str, page: Page) -> Response:
    """List what learners handed in in a lesson, what was begun last first.

    With `group_id`, a group's staff see its learners' submissions also in courses that they do not teach, if the group is
    given the course.
    """
    found = staff_list.browse(lesson_id, part=requested_part(page), **visible_submissions(lesson_id, query))
    return private_json(entries(page, found))


@blp.get("/lessons/<object_id:lesson_id>/submissions.zip")
@blp.arguments(SubmissionQuerySchema, location="query")
@blp.response(200, content_type=ZIP, description=ARCHIVE)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGroup, ArchiveTooLarge, ArchivesBusy)
@blp.raises(Unreachable, Busy)
def export_submissions_as_zip(query: dict[str, Any], lesson_id: str) -> Response:
    """Download what learners handed in in a lesson, as a ZIP archive.

    Filters and access are those of the list. Of anonymous submissions, names, names of files and times are replaced.
    """
    wanted = staff_list.query(lesson_id, **visible_submissions(lesson_id, query))
    return stream_archive(f"submissions-{lesson_id}.zip", lambda: archives.entries(wanted))


@blp.get("/courses/<object_id:course_id>/homework-queue")
@blp.arguments(QueueQuerySchema, location="query")
@blp.response(200, StaffListedSubmissionSchema(many=True))
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
@blp.paginate(CursorSchema)
def list_submissions_to_grade(query: dict[str, Any], course_id: str, page: Page) -> Response:
    """List the submissions of a course that await grading, what was handed in first first.

    Only the latest one of each learner and lesson. With `group_id`, a group's staff see those of its members also in
    courses that they do not teach, if the group is given the course.
    """
    require_visible_learners(course_id, query.get("group_id"))
    found = grading_queue.browse(
        course_id, part=requested_part(page), to_group_staff=as_group_staff(courses.view(course_id)), **query
    )
    return private_json(entries(page, found))


@blp.get("/submissions/<object_id:submission_id>")
@blp.response(200, StaffSubmissionSchema, example=staff_examples.SUBMISSION)
@blp.raises(NoSuchSubmission)
def read_submission(submission_id: str) -> Any:
    """Get a submission: what was handed in, the rubric, the grade and its history.

    For the course's staff, and the staff of a group that has the learner and the course. Drafts are their learners' own.
    """
    submission = staff_view.shown(require_marker(submission_id))
    return submission, etag.of(submission)
