"""Examples of notices."""

from learnstream.web import cast

NOTICE = {
    "id": cast.NOTICE_ID,
    "kind": "grades_released",
    "text": f"Your work in “{cast.ASSIGNMENT_LESSON_TITLE}” of “{cast.COURSE_TITLE}” was graded",
    "facts": {"course": cast.COURSE_TITLE, "lesson": cast.ASSIGNMENT_LESSON_TITLE},
    "course_id": cast.COURSE_ID,
    "target": {"kind": "lesson", "id": cast.ASSIGNMENT_LESSON_ID},
    "count": 1,
    "created_at": cast.PUBLISHED_AT,
    "updated_at": cast.PUBLISHED_AT,
    "read_at": None,
}
UNREAD = {"unread": 3}
READ = {"ids": [cast.NOTICE_ID]}
