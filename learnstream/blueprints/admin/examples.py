"""Examples of what only administrators see."""

from learnstream.blueprints.accounts.examples import PROFILE
from learnstream.blueprints.enrollment.examples import ENROLLMENT
from learnstream.blueprints.media import examples as media
from learnstream.web import cast

USER = PROFILE | {"is_active": True, "updated_at": cast.REGISTERED_AT}
NEW_ACCOUNT = {"name": cast.INSTRUCTOR["name"], "email": cast.INSTRUCTOR_EMAIL, "role": "instructor"}
NEW_USER = NEW_ACCOUNT | {"password": "seven quiet herons"}
CREATED_USER = USER | NEW_ACCOUNT | {"id": cast.INSTRUCTOR["id"]}
AUDIT_ENTRY = {
    "id": 12,
    "action": "user.role_changed",
    "actor_id": cast.ADMIN_ID,
    "target_kind": "user",
    "target_id": str(cast.LEARNER_ID),
    "details": {"before": "student", "after": "instructor"},
    "ip": cast.CLIENT_ADDRESS,
    "request_id": cast.REQUEST_ID,
    "created_at": cast.PUBLISHED_AT,
}

EXPIRY = {"expires_at": cast.EXPIRES_AT}
GRANT = {"user_id": cast.LEARNER_ID, "course_id": cast.COURSE_ID, **EXPIRY}
GRANTED = ENROLLMENT | EXPIRY | {"source": "admin"}

EVENT = {
    "id": media.EVENT_ID,
    "type": "video.asset.ready",
    "object_id": cast.ASSET_ID,
    "state": "parked",
    "tries": 5,
    "last_error": "NoVideoYet: no video has this upload, asset or passthrough",
    "next_try_at": "2026-03-01T14:17:15+00:00",
    "occurred_at": "2026-03-01T12:34:00+00:00",
    "received_at": "2026-03-01T12:34:01+00:00",
    "applied_at": None,
}
WHOLE_EVENT = EVENT | {"payload": {"type": "video.asset.ready", "data": {"status": "ready"}}}
REPLAYED_EVENT = WHOLE_EVENT | {
    "state": "applied",
    "tries": 1,
    "last_error": None,
    "applied_at": "2026-03-01T15:20:00+00:00",
}
WAITING = {"pending": 0, "oldest_at": None, "seconds": 0.0}
LAG = WAITING | {"parked": 0}
STATUS = {
    "outbox": LAG,
    "webhook_events": LAG | {"pending": 1, "oldest_at": "2026-03-01T11:59:48+00:00", "seconds": 12.0},
    "videos": {"stuck": 0, "first_stuck": []},
    "events": WAITING,
    "figures": {"as_of": "2026-03-01T11:59:20+00:00", "seconds": 40.0},
    "beat": {"last_at": "2026-03-01T11:59:45+00:00", "seconds": 15.0},
}

LESSON = {"id": cast.LESSON_ID, "course_id": cast.COURSE_ID, "title": cast.LESSON_TITLE}
NEW_LESSON = {"course_id": cast.COURSE_ID, "title": cast.LESSON_TITLE, "description": "Look *up*."}
FROM_URL = NEW_LESSON | media.FROM_URL
IMPORT = NEW_LESSON | media.IMPORT
UPLOADED = {"upload": media.UPLOAD, "video": media.WAITING, "lesson": LESSON}
FETCHED = {"video": media.FETCHED, "lesson": LESSON}
IMPORTED = {"video": media.IMPORTED, "lesson": LESSON}
VIDEO_WITH_LESSONS = media.READY | {"lessons": [LESSON]}
