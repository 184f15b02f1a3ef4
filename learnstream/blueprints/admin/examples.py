"""Examples of what only administrators see."""

from learnstream.blueprints.accounts.examples import PROFILE
from learnstream.blueprints.enrollment.examples import ENROLLMENT
from learnstream.blueprints.media import examples as media
from learnstream.web import cast

USER = PROFILE | {"external_id": None, "is_active": True, "updated_at": cast.REGISTERED_AT}
NEW_ACCOUNT = {"name": cast.INSTRUCTOR["name"], "email": cast.INSTRUCTOR_EMAIL, "role": "instructor"}
NEW_USER = NEW_ACCOUNT | {"password": "seven quiet herons"}
LINK = {
    "url": "https://api.school.test/reset-password?token=eyJzdGF0ZSI6Ii4uLiIsInVzZXIiOjd9.aabbcc.…",
    "expires_at": "2026-03-03T09:00:00+00:00",
}
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
GRANTED = ENROLLMENT | EXPIRY | {"source": "admin", "sources": ["admin"]}

RETRIED_AT = "2026-04-11T18:20:00+00:00"
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
PAYMENT_EVENT = {
    "id": cast.PAYMENT_EVENT_ID,
    "type": "checkout.session.completed",
    "livemode": True,
    "order_id": None,
    "state": "parked",
    "tries": 40,
    "last_error": "Unreachable: 503",
    "next_try_at": "2026-04-12T16:13:36+00:00",
    "occurred_at": "2026-04-11T16:10:36+00:00",
    "received_at": "2026-04-11T16:10:37+00:00",
    "done_at": None,
}
WHOLE_PAYMENT_EVENT = PAYMENT_EVENT | {
    "payload": {"id": cast.PAYMENT_EVENT_ID, "object": "event", "data": {"object": {"id": cast.CHECKOUT_ID}}}
}
REPLAYED_PAYMENT_EVENT = PAYMENT_EVENT | {"state": "pending", "tries": 0, "next_try_at": RETRIED_AT}
SKIPPED_PAYMENT_EVENT = PAYMENT_EVENT | {"state": "skipped", "done_at": RETRIED_AT}
FOLLOWER = {
    "name": "released-videos",
    "state": "idle",
    "position": 1042,
    "lag": {"events": 0, "seconds": 0.0},
    "tries": 0,
    "next_try_at": None,
    "last_error": None,
    "parked": 1,
    "missed": 0,
    "next_event_kept_until": None,
}
REPLAY = {"from_position": 1041}
REPLAYED_FOLLOWER = FOLLOWER | {
    "state": "behind",
    "position": 1040,
    "lag": {"events": 2, "seconds": 14.2},
    "parked": 0,
    "next_event_kept_until": "2026-10-08T16:00:00+00:00",
}
PARKED_EVENT = {
    "id": 3,
    "follower": "released-videos",
    "position": 1042,
    "event_id": f"course.learners_moved:{cast.COURSE_ID}:5f3c9a1e7b2d4c60",
    "type": "course.learners_moved",
    "tries": 8,
    "last_error": "KeyError: 'from_versions'",
    "parked_at": "2026-04-11T16:10:36+00:00",
    "retry_at": None,
}
RETRIED_EVENT = PARKED_EVENT | {"retry_at": RETRIED_AT}
COMMAND = {
    "id": 51,
    "topic": "video.released",
    "payload": {"video_id": cast.VIDEO_ID},
    "state": "parked",
    "tries": 8,
    "last_error": "VideoServiceError: The video service does not respond.",
    "created_at": cast.PUBLISHED_AT,
    "next_try_at": "2026-04-11T16:13:36+00:00",
    "done_at": None,
    "parked_at": "2026-04-11T16:10:36+00:00",
}
RETRIED_COMMAND = COMMAND | {"state": "pending", "tries": 0, "parked_at": None, "next_try_at": RETRIED_AT}
SKIPPED_COMMAND = COMMAND | {"state": "skipped", "done_at": RETRIED_AT}
MAIL = {
    "id": 211,
    "address": cast.LEARNER["email"],
    "user_id": cast.LEARNER_ID,
    "template": "verify_email",
    "language": "en",
    "cause": "accounts.verify_email:5f3c9a1e7b2d4c60",
    "state": "failed",
    "tries": 1,
    "next_try_at": "2026-04-11T16:11:36+00:00",
    "last_error": "MailFailure: 550 5.1.1 No such mailbox",
    "answer": None,
    "created_at": cast.PUBLISHED_AT,
    "sent_at": None,
}
RETRIED_MAIL = MAIL | {"state": "queued", "tries": 0, "next_try_at": RETRIED_AT}
WAITING = {"pending": 0, "oldest_at": None, "seconds": 0.0}
LAG = WAITING | {"parked": 0}
STATUS = {
    "outbox": LAG,
    "commands": [{"topic": "video.released", **LAG}],
    "webhook_events": LAG | {"pending": 1, "oldest_at": "2026-03-01T11:59:48+00:00", "seconds": 12.0},
    "videos": {"stuck": 0, "first_stuck": []},
    "events": WAITING,
    "followers": [FOLLOWER],
    "figures": {"as_of": "2026-03-01T11:59:20+00:00", "seconds": 40.0},
    "beat": {"last_at": "2026-03-01T11:59:45+00:00", "seconds": 15.0},
    "payments": {
        "configured": True,
        "livemode": True,
        "events": LAG,
        "orders": {"pending": 3, "hanging": 1, "first_hanging": [{"id": 31, "created_at": cast.PUBLISHED_AT}]},
        "reconciliation": {
            "finished_at": "2026-03-01T11:52:07+00:00",
            "seconds": 473.0,
            "step": None,
            "corrected": 2,
            "last_error": None,
            "undelivered_at": None,
        },
    },
    "mail": {
        "configured": True,
        "queued": 0,
        "oldest_at": None,
        "seconds": 0.0,
        "failed": 1,
        "last_sent_at": "2026-03-01T11:58:02+00:00",
    },
    "files": {
        "processing": 0,
        "oldest_at": None,
        "seconds": 0.0,
        "swept_at": "2026-03-01T11:12:00+00:00",
        "removed": {
            "deleted": {"count": 12, "bytes": 31_000_000},
            "abandoned": {"count": 3, "bytes": 14_500_000},
            "refused": {"count": 2, "bytes": 2_400_000},
            "unused": {"count": 5, "bytes": 8_100_000},
            "orphaned": {"count": 0, "bytes": 0},
        },
    },
}

LESSON = {"id": cast.LESSON_ID, "course_id": cast.COURSE_ID, "title": cast.LESSON_TITLE}
NEW_LESSON = {"course_id": cast.COURSE_ID, "title": cast.LESSON_TITLE, "description": "Look *up*."}
FROM_URL = NEW_LESSON | media.FROM_URL
IMPORT = NEW_LESSON | media.IMPORT
UPLOADED = {"upload": media.UPLOAD, "video": media.WAITING, "lesson": LESSON}
FETCHED = {"video": media.FETCHED, "lesson": LESSON}
IMPORTED = {"video": media.IMPORTED, "lesson": LESSON}
VIDEO_WITH_LESSONS = media.READY | {"lessons": [LESSON]}

REVENUE_ROW = {
    "day": cast.WATCHED_ON,
    "course_id": None,
    "course_title": None,
    "currency": "eur",
    "decimals": 2,
    "gross": 52500,
    "discounts": 3500,
    "refunds": 4900,
    "disputes": 0,
    "tax": 7041,
    "net": 37059,
}
REVENUE = {
    "by": "day",
    "mode": "live",
    "tz": cast.TIME_ZONE,
    "from": cast.WATCHED_ON,
    "to": cast.WATCHED_ON,
    "rows": [REVENUE_ROW],
}
