"""Examples of probes and of the event feed."""

from learnstream.web import cast

READINESS = {
    "status": "ready",
    "stores": {
        "postgres": {"status": "up", "ms": 1.2},
        "mongodb": {"status": "up", "ms": 0.9},
        "redis": {"status": "up", "ms": 0.4},
    },
}

COMPLETED = {
    "position": 1041,
    "id": f"lesson.completed:{cast.LEARNER_ID}:{cast.LESSON_ID}",
    "type": "lesson.completed",
    "occurred_at": cast.COMPLETED_AT,
    "data": {
        "user_id": cast.LEARNER_ID,
        "course_id": cast.COURSE_ID,
        "lesson_id": cast.LESSON_ID,
        "version": 1,
        "completed_by": "watched",
    },
}
PUBLISHED = {
    "position": 1042,
    "id": f"course.published:{cast.COURSE_ID}:2",
    "type": "course.published",
    "occurred_at": cast.PUBLISHED_AT,
    "data": {"course_id": cast.COURSE_ID, "version": 2, "learners": "migrate"},
}
FEED = {"events": [COMPLETED, PUBLISHED], "next": 1042}
