"""Examples of access, progress and exceptions."""

from learnstream.blueprints.authoring.reading_examples import LISTED_BOOK
from learnstream.blueprints.enrollment.examples import COURSE as CARD
from learnstream.blueprints.enrollment.examples import ENROLLMENT, PROGRAM
from learnstream.errors import Unprocessable
from learnstream.schemas.learning.reading import ReadBookSchema, ReadingCountsSchema, ReadMarkSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

PREREQUISITE = {
    "kind": "lesson",
    "id": cast.LESSON_ID,
    "title": cast.LESSON_TITLE,
    "fraction": cast.FRACTION,
    "threshold": 0.9,
}
CLOSED = {
    "allowed": False,
    "reasons": [
        {
            "code": "not_released_yet",
            "detail": f"This lesson opens at {cast.OPENS_AT}.",
            "unlocks_at": cast.OPENS_AT,
        },
        {
            "code": "prerequisite_missing",
            "detail": f"Complete this first: lesson “{cast.LESSON_TITLE}” (44% of the required 90% watched).",
            "prerequisite": PREREQUISITE,
        },
    ],
}
OPEN = {"allowed": True, "reasons": []}
LESSON_ACCESS = {"course_id": cast.COURSE_ID, "lesson_id": cast.NEXT_LESSON_ID, "version": 1, **CLOSED}
COURSE_ACCESS = {
    "course_id": cast.COURSE_ID,
    "version": 1,
    **OPEN,
    "is_author": False,
    "expires_at": None,
    "lessons": [{"lesson_id": cast.LESSON_ID, **OPEN}, {"lesson_id": cast.NEXT_LESSON_ID, **CLOSED}],
}

STRETCH = {"from": 127.7, "to": cast.POSITION, "at": f"{cast.WATCHED_ON}T18:30:30.200+00:00"}
REPORT = {
    "viewing_id": cast.VIEWING_ID,
    "seq": 4,
    "client_time": cast.WATCHED_AT,
    "position": cast.POSITION,
    "played": [STRETCH],
}
STATE = {
    "recorded": True,
    "position": cast.POSITION,
    "watched_seconds": cast.WATCHED_SECONDS,
    "duration": cast.VIDEO_SECONDS,
    "fraction": cast.FRACTION,
    "completed": False,
    "completed_at": None,
    "opened_at": None,
    "completion": {"rule": "watched", "threshold": 0.9},
}
REPORTED = STATE | {"accepted": [STRETCH], "rejected": []}
LESSON_PROGRESS = STATE | {"watched": [{"from": 0, "to": cast.WATCHED_SECONDS}]}

IN_COURSE = {"fraction": 0.2212, "completed": False, "completed_at": None, "completed_lessons": 0, "lesson_count": 2}
PLACE = {
    "lesson_id": cast.LESSON_ID,
    "title": cast.LESSON_TITLE,
    "module_id": cast.MODULE_ID,
    "position": cast.POSITION,
}
SUMMARY = {
    "course_id": cast.COURSE_ID,
    "version": 1,
    **IN_COURSE,
    "last_active_at": cast.WATCHED_AT,
    "next_lesson": PLACE,
    "resume": PLACE,
}
OF_LESSON = {
    "lesson_id": cast.LESSON_ID,
    "title": cast.LESSON_TITLE,
    "kind": "video",
    "module_id": cast.MODULE_ID,
    "fraction": cast.FRACTION,
    "watched_seconds": cast.WATCHED_SECONDS,
    "position": cast.POSITION,
    "completed": False,
    "completed_at": None,
    "completed_by": None,
    "last_active_at": cast.WATCHED_AT,
    "locked": False,
}
OF_NEXT_LESSON = {
    "lesson_id": cast.NEXT_LESSON_ID,
    "title": cast.NEXT_LESSON_TITLE,
    "kind": "text",
    "module_id": cast.MODULE_ID,
    "fraction": 0.0,
    "watched_seconds": 0,
    "position": 0.0,
    "completed": False,
    "completed_at": None,
    "completed_by": None,
    "last_active_at": None,
    "locked": True,
}
READ_MARK = example_of(ReadMarkSchema())
READING_COUNTS = example_of(ReadingCountsSchema())
READING = {**READING_COUNTS, "books": [example_of(ReadBookSchema())]}
COURSE_READING = {
    **READING_COUNTS,
    "course_id": cast.COURSE_ID,
    "course": CARD,
    "version": 1,
    "entries": [{**LISTED_BOOK, "read_at": cast.WATCHED_AT}],
}
COURSE_PROGRESS = SUMMARY | {
    "watched_seconds": cast.WATCHED_SECONDS,
    "modules": [{"id": cast.MODULE_ID, "title": cast.MODULE_TITLE, **IN_COURSE}],
    "lessons": [OF_LESSON, OF_NEXT_LESSON],
    "reading": READING,
}
MY_COURSE = SUMMARY | {
    "course": CARD,
    "status": "active",
    "open": True,
    "enrolled_at": cast.ENROLLED_AT,
    "expires_at": None,
}
VISIT = {
    "lesson_id": cast.LESSON_ID,
    "title": cast.LESSON_TITLE,
    "kind": "video",
    "course_id": cast.COURSE_ID,
    "course": CARD,
    "position": cast.POSITION,
    "duration": cast.VIDEO_SECONDS,
    "fraction": cast.FRACTION,
    "completed": False,
    "completed_at": None,
    "last_active_at": cast.WATCHED_AT,
}

REASON = "Was ill for two weeks."
NOT_THEIRS = Unprocessable(errors={"json": {"lesson_id": ["The learner's version of the course has no such lesson."]}})
GRANT = {"unlocks_at": cast.WATCHED_AT, "without_prerequisites": True, "reason": REASON}
OVERRIDE = GRANT | {
    "target_id": cast.NEXT_LESSON_ID,
    "granted_by": cast.INSTRUCTOR["id"],
    "updated_at": cast.WATCHED_AT,
}
EXTENSION = {"expires_at": cast.EXPIRES_AT, "reason": REASON}
EXTENDED = ENROLLMENT | {"expires_at": cast.EXPIRES_AT}
RESET = {"lesson_id": cast.LESSON_ID, "reason": "Watched it with the sound off."}
RESET_DONE = {"lesson_ids": [cast.LESSON_ID]}
WAIVER = {"lesson_id": cast.LESSON_ID, "reason": "Has held a course about it."}
WAIVED = {"lesson_id": cast.LESSON_ID, "completed_at": cast.COMPLETED_AT, "completed_by": "waived"}
MY_PROGRAM = {
    **{name: value for name, value in PROGRAM.items() if name != "courses"},
    "fraction": 0.375,
    "completed_courses": 0,
    "course_count": 1,
    "courses": [{"course_id": cast.COURSE_ID, "course": CARD, "open": True, "completed": False, "fraction": 0.375}],
}
