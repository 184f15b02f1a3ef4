"""Examples of courses, lessons and versions, and of the errors that name their fields."""

from typing import Any

from learnstream.blueprints.authoring.reading_examples import IN_OUTLINE, LISTED_BOOK
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import PrerequisiteCircle
from learnstream.schemas.authoring.course import CourseCreateSchema, InstructorsSchema, LabelsSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

METADATA = example_of(CourseCreateSchema())
IN_NO_LIST = METADATA.keys() - {"title"} - LabelsSchema().fields.keys()
MODULE = {
    "id": cast.MODULE_ID,
    "title": cast.MODULE_TITLE,
    "lesson_ids": [cast.LESSON_ID, cast.NEXT_LESSON_ID],
    "prerequisites": [],
    "release": {"at": cast.OPENS_AT},
    "conditions": [{"lesson_id": cast.NEXT_LESSON_ID, "prerequisites": [], "release": {"after_days": 7}}],
}
NEXT_MODULE = {"title": cast.NEXT_MODULE_TITLE, "lesson_ids": []}
NEXT_CREATED = {"id": cast.NEXT_MODULE_ID, **NEXT_MODULE, "prerequisites": [], "release": None, "conditions": []}
DRAFT = {
    "id": cast.COURSE_ID,
    "slug": cast.COURSE_SLUG,
    "status": "draft",
    **METADATA,
    "instructor_ids": [cast.INSTRUCTOR["id"]],
    "modules": [MODULE],
    "version": 0,
    "published_at": None,
    "max_playback_rate": None,
    "created_at": cast.CREATED_AT,
    "updated_at": cast.EDITED_AT,
}
CREATED = DRAFT | {"modules": [], "updated_at": cast.CREATED_AT}
CHANGE = {"title": "Astronomy for everybody", "level": "all"}
CHANGED = DRAFT | CHANGE | {"slug": "astronomy-for-everybody"}
INSTRUCTORS = example_of(InstructorsSchema())
OUTLINE = {"modules": [MODULE, NEXT_MODULE]}
OUTLINED = DRAFT | {"modules": [MODULE, NEXT_CREATED]}
RESTORED = DRAFT | {"status": "published", "version": 2, "published_at": cast.FIRST_PUBLISHED_AT}
LISTED = {name: value for name, value in DRAFT.items() if name not in {"modules", *IN_NO_LIST}}
COURSE = {
    "id": cast.COURSE_ID,
    "slug": cast.COURSE_SLUG,
    "status": "published",
    **METADATA,
    "instructors": [{**cast.INSTRUCTOR, "photo": None}],
    "lesson_count": 12,
    "duration": 5400.5,
    "version": 2,
    "rating": {"mean": 4.5, "count": 2, "stars": [0, 0, 0, 1, 1]},
    "price": cast.PRICE,
    "published_at": cast.FIRST_PUBLISHED_AT,
    "updated_at": cast.PUBLISHED_AT,
}
SUMMARY = {name: value for name, value in COURSE.items() if name not in IN_NO_LIST}
BAD_OUTLINE = Unprocessable(errors={"json": {"modules": {"lesson_ids": [f"Missing: {cast.LESSON_ID}."]}}})
LOOP = f"A circle: {cast.MODULE_ID} needs {cast.LESSON_ID} needs {cast.MODULE_ID}."
CIRCLE = PrerequisiteCircle(
    errors={"json": {"modules": {"prerequisites": [LOOP]}}}, circle=[cast.MODULE_ID, cast.LESSON_ID]
)

PLACE = {"module": {"id": cast.MODULE_ID, "title": cast.MODULE_TITLE, "position": 1}}
VIDEO = {"id": cast.VIDEO_ID, "status": "ready", "duration": cast.VIDEO_SECONDS}
ENTRY = {
    "id": cast.LESSON_ID,
    "title": cast.LESSON_TITLE,
    "kind": "video",
    "summary": "",
    "free_preview": True,
    **PLACE,
    "position": 1,
    "completion": {"rule": "watched", "threshold": 0.9},
    "video": VIDEO,
    "document": None,
    "quiz": None,
    "assignment": None,
    "reading": [IN_OUTLINE],
}
NEW_LESSON = {
    "title": cast.NEXT_LESSON_TITLE,
    "kind": "text",
    "body": "# The planets\n\nLook *west* after sunset.",
    "free_preview": True,
}
LESSON: dict[str, Any] = {
    "id": cast.NEXT_LESSON_ID,
    **NEW_LESSON,
    "summary": "",
    **PLACE,
    "position": 2,
    "completion": {"rule": "opened", "threshold": None},
    "video": None,
    "document": None,
    "quiz": None,
    "assignment": None,
    "reading": [],
    "course_id": cast.COURSE_ID,
    "version": 2,
    "updated_at": cast.EDITED_AT,
}
LESSON_DRAFT = LESSON | {"version": 0, "module": None, "position": None}
DOCUMENT_DRAFT = LESSON_DRAFT | {
    "id": cast.HANDOUT_LESSON_ID,
    "title": cast.HANDOUT_LESSON_TITLE,
    "kind": "document",
    "body": "",
    "free_preview": False,
    "document": {
        "id": cast.DOCUMENT_ID,
        "name": cast.DOCUMENT_NAME,
        "pages": cast.DOCUMENT_PAGES,
        "size": cast.DOCUMENT_SIZE,
        "state": "ready",
    },
}
LESSON_CHANGE = {"title": "How to find the planets, and the moon", "free_preview": False}
UNKNOWN_MODULE = Unprocessable(errors={"json": {"module_id": ["The module does not exist."]}})

PUBLICATION = {
    "course_id": cast.COURSE_ID,
    "version": 2,
    "published_at": cast.PUBLISHED_AT,
    "note": cast.NOTE,
    "learners": "migrate",
    "status": "published",
    "warnings": [
        {
            "lesson_id": cast.LESSON_ID,
            "title": cast.LESSON_TITLE,
            "video_status": "preparing",
            "document_state": None,
            "quiz_problem": None,
            "assignment_problem": None,
        }
    ],
}
VERSION = {
    "version": 2,
    "published_at": cast.PUBLISHED_AT,
    "published_by": cast.INSTRUCTOR["id"],
    "note": cast.NOTE,
    "learners": "migrate",
    "current": True,
}
VERSION_DETAIL = {**VERSION, **METADATA, "lessons": [ENTRY], "reading_list": [LISTED_BOOK]}

POSITION = {"module_id": cast.MODULE_ID, "module_title": cast.MODULE_TITLE, "position": 1}
DIFFERENCE = {
    "from": 1,
    "to": "draft",
    "course": [{"field": "title", "before": "Astronomy", "after": cast.COURSE_TITLE}],
    "modules": [],
    "lessons": [
        {
            "id": cast.LESSON_ID,
            "title": cast.LESSON_TITLE,
            "kind": "video",
            "change": "changed",
            "moved": True,
            "video_replaced": True,
            "document_replaced": False,
            "quiz_replaced": False,
            "assignment_replaced": False,
            "before": POSITION | {"position": 2},
            "after": POSITION,
            "fields": [
                {"field": "video", "before": VIDEO | {"id": cast.OLD_VIDEO_ID, "duration": 287.0}, "after": VIDEO}
            ],
        },
        {
            "id": cast.REMOVED_LESSON_ID,
            "title": cast.REMOVED_LESSON_TITLE,
            "kind": "text",
            "change": "removed",
            "moved": False,
            "video_replaced": False,
            "document_replaced": False,
            "quiz_replaced": False,
            "assignment_replaced": False,
            "before": POSITION,
            "after": None,
            "fields": [],
        },
    ],
    "counts": {
        "course_fields": 1,
        "modules_added": 0,
        "modules_removed": 0,
        "modules_changed": 0,
        "modules_moved": 0,
        "lessons_added": 0,
        "lessons_removed": 1,
        "lessons_changed": 1,
        "lessons_moved": 1,
        "videos_replaced": 1,
        "documents_replaced": 0,
        "quizzes_replaced": 0,
        "assignments_replaced": 0,
    },
}
MIGRATION_REQUEST = {"to_version": 2, "user_ids": [cast.LEARNER_ID, cast.OTHER_LEARNER_ID]}
MIGRATION = {
    "course_id": cast.COURSE_ID,
    "version": 2,
    "moved": 1,
    "already_there": [cast.OTHER_LEARNER_ID],
    "not_enrolled": [],
}
