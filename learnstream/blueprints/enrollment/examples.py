"""Examples of enrollments."""

from learnstream.web import cast

ENROLLMENT = {
    "id": cast.ENROLLMENT_ID,
    "course_id": cast.COURSE_ID,
    "user_id": cast.LEARNER_ID,
    "status": "active",
    "source": "self",
    "sources": ["self"],
    "course_version": 1,
    "enrolled_at": cast.ENROLLED_AT,
    "expires_at": None,
    "completed_at": None,
}
COURSE = {"title": cast.COURSE_TITLE, "slug": cast.COURSE_SLUG, "cover": cast.COVER, "status": "published"}
MY_ENROLLMENT = ENROLLMENT | {"course": COURSE}
HELD_BY_GROUP = ENROLLMENT | {"source": "group", "sources": ["group"]}
GRANT = {
    "id": cast.GRANT_ID,
    "source": "self",
    "source_id": None,
    "state": "live",
    "starts_at": cast.ENROLLED_AT,
    "expires_at": None,
    "suspended_at": None,
    "ended_at": None,
}
PROGRAM = {
    "id": cast.PROGRAM_ID,
    "title": cast.PROGRAM_TITLE,
    "description": "From the moon to Mars.",
    "cover": cast.COVER,
    "sequential": True,
    "courses": [{"id": cast.COURSE_ID, **COURSE}],
}
