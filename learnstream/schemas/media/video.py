"""Videos: how they are asked for, and how far they have come."""

import re
from typing import Any

from marshmallow import fields, validate

from learnstream.documents import VideoStatus
from learnstream.integrations.video import SUBTITLE_LANGUAGES
from learnstream.schemas.common.base import Choice, Instant, Line, ObjectIdText, Schema, Text, Whole, Word

ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?")
ASSET_ID = Whole(r"^[A-Za-z0-9]+$", error="Must be an asset's id.")
MAX_DESCRIPTION = 200_000
# What is not known yet, or does not apply, is null and not left out.
OR_NULL: dict[str, Any] = {"allow_none": True, "dump_default": None}


class Languages(fields.List):
    """Codes of languages, each once."""

    def __init__(self, **kwargs: Any) -> None:
        code = Line(max=5, validate=validate.OneOf(SUBTITLE_LANGUAGES))
        super().__init__(code, load_default=list, validate=validate.Length(max=len(SUBTITLE_LANGUAGES)), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, *args, **kwargs)))


class SubtitledSchema(Schema):
    subtitles = Languages(
        metadata={
            "description": "Languages in which subtitles are written from the sound, in the language that is spoken.",
            "example": ["en"],
        }
    )


class UploadRequestSchema(SubtitledSchema):
    cors_origin = Text(
        max=300,
        validate=Whole(rf"^({ORIGIN.pattern})$", error="Must be like https://app.example.com"),
        metadata={
            "description": "The page that uploads, as browsers name it; by default the one that asks.",
            "example": "https://app.example.com",
        },
    )


class FromUrlSchema(SubtitledSchema):
    video_url = Text(
        max=2048,
        required=True,
        metadata={
            "description": "A public `https://` address from which the video service fetches the file.",
            "example": "https://files.example.com/moon.mp4",
        },
    )


class ImportSchema(SubtitledSchema):
    asset_id = Text(
        max=100,
        required=True,
        validate=ASSET_ID,
        metadata={
            "description": "The id of an asset that the video service has already.",
            "example": "z3K6DX4yhJJ2CAe7ZcXCuWpNd501wa9axPmtROO5I5tc",
        },
    )


class ForceSchema(Schema):
    force = fields.Boolean(
        load_default=False,
        metadata={"description": "For administrators: delete the video although published versions show it."},
    )


class NewLessonSchema(Schema):
    """The draft lesson that an administrator's upload makes along with the video."""

    course_id = ObjectIdText(metadata={"description": "Its course; by default it waits for one."})
    title = Line(
        max=200,
        load_default="Untitled video",
        metadata={"description": "What the lesson is called.", "example": "Why the moon has phases"},
    )
    description = Text(
        max=MAX_DESCRIPTION,
        load_default="",
        metadata={"description": "Markdown source that goes into the lesson's body.", "example": "Look *up*."},
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
    text_type = fields.String(metadata={"description": "Of a text: `subtitles`."})
    text_source = fields.String(metadata={"description": "Of a text: where it comes from.", "example": "generated_vod"})
    language_code = fields.String(metadata={"description": "Of a text: its language.", "example": "en"})
    name = fields.String(metadata={"description": "Of a text: its name.", "example": "English"})


class VideoErrorSchema(Schema):
    type = fields.String(metadata={"description": "What kind of failure it was.", "example": "invalid_input"})
    messages = fields.List(fields.String(), metadata={"description": "What the video service said."})


class VideoSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The video's id."})
    status = Word(
        VideoStatus,
        metadata={
            "description": (
                "`waiting` for its file, `preparing`, `ready` to play; or it never will be: `errored`, `cancelled`, "
                "`timed_out` (the file never came), `deleted`."
            ),
        },
    )
    source = Word(("upload", "url", "import"), metadata={"description": "Where it comes from."})
    upload_id = fields.String(
        **OR_NULL, metadata={"description": "The upload's id at the video service; null without an upload."}
    )
    asset_id = fields.String(
        **OR_NULL, metadata={"description": "The asset's id at the video service; null until there is one."}
    )
    duration = fields.Float(**OR_NULL, metadata={"description": "Seconds; null until it is ready."})
    aspect_ratio = fields.String(**OR_NULL, metadata={"description": "Width to height.", "example": "16:9"})
    max_resolution = fields.String(**OR_NULL, metadata={"description": "The best that is kept.", "example": "HD"})
    tracks = fields.List(fields.Nested(TrackSchema), metadata={"description": "Picture, sound and texts."})
    error = fields.Nested(VideoErrorSchema, **OR_NULL, metadata={"description": "Why it will not play."})
    upload_expires_at = Instant(**OR_NULL, metadata={"description": "Until when the upload takes a file."})
    created_at = Instant(metadata={"description": "When it was asked for."})
    updated_at = Instant(metadata={"description": "When we last learned something of it."})


class UploadSchema(Schema):
    id = fields.String(metadata={"description": "The upload's id at the video service."})
    url = fields.String(
        metadata={
            "description": "PUT the file here, whole or in pieces with Content-Range. Whoever has this URL may upload.",
            "example": "https://storage.googleapis.com/…",
        }
    )
    timeout = fields.Integer(metadata={"description": "For how many seconds the URL takes a file.", "example": 14400})


class DraftLessonSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The lesson's id."})
    course_id = fields.String(allow_none=True, metadata={"description": "Its course; null while it waits for one."})
    title = fields.String(metadata={"description": "What the lesson is called."})


class RequestedVideoSchema(Schema):
    video = fields.Nested(VideoSchema, metadata={"description": "What becomes of the file."})


class RequestedUploadSchema(RequestedVideoSchema):
    upload = fields.Nested(UploadSchema, metadata={"description": "Where the file goes."})


class AdminRequestedVideoSchema(RequestedVideoSchema):
    lesson = fields.Nested(DraftLessonSchema, metadata={"description": "The draft that was made for it."})


class AdminRequestedUploadSchema(AdminRequestedVideoSchema, RequestedUploadSchema):
    pass


class VideoWithLessonsSchema(VideoSchema):
    lessons = fields.List(
        fields.Nested(DraftLessonSchema), metadata={"description": "The drafts that this is the video of."}
    )


class VideoFilterSchema(Schema):
    status = Choice(VideoStatus, metadata={"description": "Only videos that have come this far."})
