"""Examples of playback and of documents."""

from learnstream.web import cast

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1TmJ4bkcifQ.c2lnbmF0dXJl"  # noqa: S105 - the form of one
STREAM = f"https://stream.mux.com/{cast.PLAYBACK_ID}"
IMAGE = f"https://image.mux.com/{cast.PLAYBACK_ID}"
PLAYBACK = {
    "playback_id": cast.PLAYBACK_ID,
    "manifest_url": f"{STREAM}.m3u8?token={TOKEN}",
    "thumbnail_url": f"{IMAGE}/thumbnail.jpg?token={TOKEN}",
    "storyboard_url": f"{IMAGE}/storyboard.vtt?token={TOKEN}",
    "tokens": {"playback": TOKEN, "thumbnail": TOKEN, "storyboard": TOKEN},
    "expires_at": f"{cast.WATCHED_ON}T20:00:00+00:00",
    "renew_after": f"{cast.WATCHED_ON}T19:30:00+00:00",
    "duration": cast.VIDEO_SECONDS,
    "aspect_ratio": "16:9",
    "tracks": [
        {
            "id": "trk1",
            "kind": "subtitles",
            "language_code": "en",
            "name": "English",
            "url": f"{STREAM}/text/trk1.vtt?token={TOKEN}",
        }
    ],
    "max_playback_rate": 3.0,
    "viewing_id": cast.VIEWING_ID,
    "session_id": cast.VIEWING_ID,
}

DOCUMENT = {
    "url": f"https://learn.example.com/files/{cast.DOCUMENT_ID}/content?inline=true&token={cast.FILE_LINK_TOKEN}",
    "expires_at": f"{cast.WATCHED_ON}T18:31:00+00:00",
    "renew_after": f"{cast.WATCHED_ON}T18:30:00+00:00",
    "name": cast.DOCUMENT_NAME,
    "type": "application/pdf",
    "size": cast.DOCUMENT_SIZE,
    "pages": cast.DOCUMENT_PAGES,
}
