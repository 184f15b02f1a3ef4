"""Examples of videos, uploads and webhook events."""

from typing import Any

from learnstream.services.media.uploads import UPLOAD_SECONDS
from learnstream.web import cast

WAITING: dict[str, Any] = {
    "id": cast.VIDEO_ID,
    "status": "waiting",
    "source": "upload",
    "upload_id": cast.UPLOAD_ID,
    "asset_id": None,
    "duration": None,
    "aspect_ratio": None,
    "max_resolution": None,
    "tracks": [],
    "error": None,
    "upload_expires_at": "2026-03-01T16:30:00+00:00",
    "created_at": cast.EDITED_AT,
    "updated_at": cast.EDITED_AT,
}
PREPARING = WAITING | {"status": "preparing", "asset_id": cast.ASSET_ID}
PICTURE = {"id": "p3AUxxHVj600DwUD01p02XXMFI0118lGbNjDeJbYFe7Xyh00", "type": "video", "status": "ready"}
TEXT = {"text_type": "", "text_source": "", "language_code": "", "name": ""}
READY = PREPARING | {
    "status": "ready",
    "duration": cast.VIDEO_SECONDS,
    "aspect_ratio": "16:9",
    "max_resolution": "HD",
    "tracks": [PICTURE | TEXT],
}
NO_UPLOAD = {"upload_id": None, "upload_expires_at": None}
FETCHED = PREPARING | NO_UPLOAD | {"source": "url"}
IMPORTED = READY | NO_UPLOAD | {"source": "import"}
UPLOAD = {"id": cast.UPLOAD_ID, "url": "https://storage.googleapis.com/…", "timeout": UPLOAD_SECONDS}

SUBTITLES = {"subtitles": ["en"]}
FROM_URL = {"video_url": "https://files.example.com/moon.mp4"}
IMPORT = {"asset_id": cast.ASSET_ID}

NEW_FILE = {
    "purpose": "document",
    "name": cast.DOCUMENT_NAME,
    "size": cast.DOCUMENT_SIZE,
    "type": "application/pdf",
}
UPLOADING_FILE: dict[str, Any] = NEW_FILE | {
    "id": cast.DOCUMENT_ID,
    "state": "uploading",
    "refusal": None,
    "pages": None,
    "width": None,
    "height": None,
    "upload_expires_at": "2026-03-01T13:30:00+00:00",
    "created_at": cast.EDITED_AT,
}
CREATED_FILE = UPLOADING_FILE | {
    "upload": {
        "method": "PUT",
        "url": "https://api.example.com/uploads/WyJzdGFnaW5nLzY1NjBmM2E…",
        "headers": {"Content-Type": "application/pdf"},
        "expires_at": "2026-03-01T13:30:00+00:00",
    }
}
PROCESSING_FILE = UPLOADING_FILE | {"state": "processing"}
FILE = UPLOADING_FILE | {"state": "ready", "pages": cast.DOCUMENT_PAGES}
OWN_FILES = {"files": [FILE], "quota": {"used": cast.DOCUMENT_SIZE, "limit": 10**9}}

EVENT_ID = "4813455b-8fe8-40cc-9150-9aa5e2de67ca"
EVENT = {
    "type": "video.asset.ready",
    "id": EVENT_ID,
    "created_at": "2026-03-01T12:34:00.000000Z",
    "object": {"type": "asset", "id": cast.ASSET_ID},
    "data": {"id": cast.ASSET_ID, "status": "ready", "duration": cast.VIDEO_SECONDS},
}
