"""Schemas of video requests and of videos."""

import re
from typing import Any

from marshmallow import fields, validate

from learnstream.documents import VideoStatus
from learnstream.integrations.video import SUBTITLE_LANGUAGES
from learnstream.schemas.common.base import Choice, Instant, Line, ObjectIdText, Schema, Text, Whole, Word
from learnstream.web import cast

ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?")
ASSET_ID = Whole(r"^[A-Za-z0-9]+$", error="Must be an asset's id.")
MAX_DESCRIPTION = 200_000
# Fields that are unknown or do not apply are null, not omitted.
OR_NULL: dict[str, Any] = {"allow_none": True, "dump_default": None}


class Languages(fields.List[Any]):
    """Language codes without duplicates."""

    def __init__(self, **kwargs: Any) -> None:
        code = Line(max=5, validate=validate.OneOf(SUBTITLE_LANGUAGES))
        super().__init__(code, load_default=list, validate=validate.Length(max=len(SUBTITLE_LANGUAGES)), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, *args, **kwargs)))


class SubtitledSchema(Schema):
    subtitles = Languages(
        metadata={
            "description": "Languages to generate subtitles in, from the audio; must be spoken in the video.",
            "example": ["en"],
        }
    )


class UploadRequestSchema(SubtitledSchema):
    cors_origin = Text(
        max=300,
        validate=Whole(rf"^({ORIGIN.pattern})$", error="Must be an origin like https://app.example.com"),
        metadata={
            "description": "The origin of the page that uploads; by default the origin of this request.",
            "example": "https://app.example.com",
        },
    )


class FromUrlSchema(SubtitledSchema):
    video_url = Text(
        max=2048,
        required=True,
        metadata={
            "description": "A public `https://` URL from which the video service fetches the file.",
            "example": "https://files.example.com/moon.mp4",
        },
    )


class ImportSchema(SubtitledSchema):
    asset_id = Text(
        max=100,
        required=True,
        validate=ASSET_ID,
        metadata={
            "description": "The id of an asset that the video service already stores.",
            "example": cast.ASSET_ID,
        },
    )


class ForceSchema(Schema):
    force = fields.Boolean(
        load_default=False,
        metadata={"description": "For administrators: delete the video even if published versions show it."},
    )


class NewLessonSchema(Schema):
    """The draft lesson that an administrator's upload creates with the video."""

    course_id = ObjectIdText(metadata={"description": "The lesson's course; by default none is assigned yet."})
    title = Line(
        max=200,
        load_default="Untitled video",
        metadata={"description": "The lesson's title.", "example": cast.LESSON_TITLE},
    )
    description = Text(
        max=MAX_DESCRIPTION,
        load_default="",
        metadata={"description": "Markdown source of the lesson's body.", "example": "Look *up*."},
    )


class AdminUploadRequestSchema(NewLessonSchema, UploadRequestSchema):
    pass


class AdminFromUrlSchema(NewLessonSchema, FromUrlSchema):
    pass


class AdminImportSchema(NewLessonSchema, ImportSchema):
    pass


class TrackSchema(Schema):
    id = fields.String(metadata={"description": "The track's id at the video service."})
    type = fields.String(metadata={"description": "`video`, `audio` or `text`."})
    status = fields.String(metadata={"description": "`preparing`, `ready` or `errored`."})
    text_type = fields.String(metadata={"description": "For a text track: `subtitles`."})
    text_source = fields.String(metadata={"description": "For a text track: its origin.", "example": "generated_vod"})
    language_code = fields.String(metadata={"description": "For a text track: its language.", "example": "en"})
    name = fields.String(metadata={"description": "For a text track: its name.", "example": "English"})


class VideoErrorSchema(Schema):
    type = fields.String(metadata={"description": "The kind of failure.", "example": "invalid_input"})
    messages = fields.List(fields.String(), metadata={"description": "The messages of the video service."})


class VideoSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The video's id."})
    status = Word(
        VideoStatus,
        metadata={
            "description": (
                "`waiting` for its file, `preparing`, or `ready` to play. Final failures: `errored`, `cancelled`, "
                "`timed_out` (the file was never uploaded), `deleted`."
            ),
        },
    )
    source = Word(("upload", "url", "import"), metadata={"description": "How the video was created."})
    upload_id = fields.String(
        **OR_NULL, metadata={"description": "The upload's id at the video service; null without an upload."}
    )
    asset_id = fields.String(
        **OR_NULL, metadata={"description": "The asset's id at the video service; null until there is one."}
    )
    duration = fields.Float(
        **OR_NULL, metadata={"description": "The length in seconds; null until the video is ready."}
    )
    aspect_ratio = fields.String(
        **OR_NULL, metadata={"description": "The ratio of width to height.", "example": "16:9"}
    )
    max_resolution = fields.String(
        **OR_NULL, metadata={"description": "The highest stored resolution.", "example": "HD"}
    )
    tracks = fields.List(fields.Nested(TrackSchema), metadata={"description": "Video, audio and text tracks."})
    error = fields.Nested(VideoErrorSchema, **OR_NULL, metadata={"description": "Why the video cannot be played."})
    upload_expires_at = Instant(**OR_NULL, metadata={"description": "When the upload URL expires."})
    created_at = Instant(metadata={"description": "When the video was requested."})
    updated_at = Instant(metadata={"description": "When the video was last updated."})


class UploadSchema(Schema):
    id = fields.String(metadata={"description": "The upload's id at the video service."})
    url = fields.String(
        metadata={
            "description": "PUT the file here, as a whole or in parts with Content-Range. Anyone who has this URL can "
            "upload.",
            "example": "https://storage.googleapis.com/…",
        }
    )
    timeout = fields.Integer(
        metadata={"description": "The number of seconds for which the URL is valid.", "example": 14400}
    )


class DraftLessonSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The lesson's id."})
    course_id = fields.String(
        allow_none=True, metadata={"description": "The lesson's course; null if none is assigned yet."}
    )
    title = fields.String(metadata={"description": "The lesson's title."})


class RequestedVideoSchema(Schema):
    video = fields.Nested(VideoSchema, metadata={"description": "The video."})


class RequestedUploadSchema(RequestedVideoSchema):
    upload = fields.Nested(UploadSchema, metadata={"description": "The upload."})


class AdminRequestedVideoSchema(RequestedVideoSchema):
    lesson = fields.Nested(DraftLessonSchema, metadata={"description": "The draft lesson that was created for it."})


class AdminRequestedUploadSchema(AdminRequestedVideoSchema, RequestedUploadSchema):
    pass


class VideoWithLessonsSchema(VideoSchema):
    lessons = fields.List(
        fields.Nested(DraftLessonSchema), metadata={"description": "The draft lessons that show this video."}
    )


class VideoFilterSchema(Schema):
    status = Choice(VideoStatus, metadata={"description": "Only videos with this status."})
