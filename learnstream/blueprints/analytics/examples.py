"""Examples of analytics and of the preview of a publication."""

from learnstream.blueprints.authoring.examples import DIFFERENCE, PUBLICATION
from learnstream.blueprints.learning.examples import READING_COUNTS
from learnstream.web import cast

LESSON_SUMS = {"completions": 4, "watch_seconds": 9120}
SUMS = {"enrollments": 12, **LESSON_SUMS}
RANGE = {"as_of": cast.COUNTED_AT, "tz": cast.TIME_ZONE, "from": cast.WATCHED_ON, "to": cast.WATCHED_ON}
FIGURES = {
    **RANGE,
    "totals": {"enrollments": 140, "completed": 52, "watch_seconds": 412007, "median_completion_seconds": 777600},
    "reached": [{"share": 0.25, "learners": 121}, {"share": 0.5, "learners": 88}, {"share": 0.75, "learners": 61}],
    "range": SUMS,
    "days": [{"day": cast.WATCHED_ON, "active": 31, **SUMS}],
}
COUNTS = {"started": 120, "completed": 96, "watch_seconds": 58214}
TITLED_LESSON = {"lesson_id": cast.LESSON_ID, "title": cast.LESSON_TITLE, "kind": "video"}
STEP = {"position": 1, **TITLED_LESSON, "module": cast.MODULE_TITLE, **COUNTS}
COURSE = {"course_id": cast.COURSE_ID, "title": cast.COURSE_TITLE, "version": 2, **FIGURES, "funnel": [STEP]}
LESSON = {
    "course_id": cast.COURSE_ID,
    **TITLED_LESSON,
    **RANGE,
    "totals": COUNTS,
    "range": LESSON_SUMS,
    "days": [{"day": cast.WATCHED_ON, "active": 31, **LESSON_SUMS}],
    "videos": [{"video_id": cast.VIDEO_ID, "viewers": 112, "shown": True}],
    "retention": {
        "video_id": cast.VIDEO_ID,
        "duration": cast.VIDEO_SECONDS,
        "viewers": 112,
        "parts": [
            {"from": 0.0, "to": 156.2, "watched": 112, "again": 9, "left": 13},
            {"from": 156.2, "to": cast.VIDEO_SECONDS, "watched": 98, "again": 31, "left": 99},
        ],
    },
}
NAMES = {
    "lesson_id": cast.LESSON_ID,
    "lesson_title": cast.LESSON_TITLE,
    "course_id": cast.COURSE_ID,
    "course_title": cast.COURSE_TITLE,
}
FAILED = NAMES | {"video_id": cast.VIDEO_ID, "failed_at": cast.EDITED_AT, "error": "Not a video file."}
LOSING = NAMES | {"started": 80, "completed": 24, "watch_seconds": 20113, "finished_share": 0.3}
PLATFORM = {
    **FIGURES,
    "top_videos": [{**NAMES, **COUNTS, "finished_share": 0.8}],
    "losing_lessons": [LOSING],
    "failed_videos": [FAILED],
}

LEARNER = {
    "user_id": cast.LEARNER_ID,
    "name": cast.LEARNER["name"],
    "email": cast.LEARNER["email"],
    "photo": cast.PHOTO,
    "status": "active",
    "source": "self",
    "version": 1,
    "enrolled_at": cast.ENROLLED_AT,
    "expires_at": None,
    "completed_at": None,
    "fraction": 0.2212,
    "completed_lessons": 0,
    "lesson_count": 2,
    "watched_seconds": cast.WATCHED_SECONDS,
    "started_at": cast.BEGAN_AT,
    "last_active_at": cast.WATCHED_AT,
    **READING_COUNTS,
    "as_of": cast.COUNTED_AT,
}

EFFECTS = ("moving", "counted", "rising", "falling", "completing", "kept_open", "closing")
PREVIEW = {
    "version": 2,
    "publishable": True,
    "changes": DIFFERENCE,
    "warnings": PUBLICATION["warnings"],
    "seats": {"live": 240, "completed": 31, "by_version": [{"version": 1, "seats": 240}]},
    "effects": {
        "migrate": dict(zip(EFFECTS, (240, 240, 12, 70, 2, 1, 0), strict=True)),
        "keep": dict.fromkeys(EFFECTS, 0),
    },
    "learners": "migrate",
    "affected": [
        {
            "user_id": cast.LEARNER_ID,
            "name": cast.LEARNER["name"],
            "photo": cast.PHOTO,
            "version": 1,
            "before": {"fraction": 0.75, "completed": False, "completed_lessons": 3, "lesson_count": 4},
            "after": {"fraction": 1.0, "completed": True, "completed_lessons": 3, "lesson_count": 3},
            "kept_open": [cast.LESSON_ID],
            "closing": [],
        }
    ],
    "as_of": "2026-04-11T15:59:30+00:00",
}
