"""Schemas of playback. Responses are built as bytes; a test checks that they match these schemas."""

from marshmallow import fields

from learnstream.schemas.authoring.lesson import DraftQuerySchema
from learnstream.schemas.common.base import Instant, Schema
from learnstream.web import cast
from learnstream.web.openapi_schemas import MAY_BE_ABSENT


class PlaybackQuerySchema(DraftQuerySchema):
    embed = fields.Boolean(
        load_default=False, metadata={"description": "True: with the HTML of a player (`embed_html`)."}
    )


class TokensSchema(Schema):
    playback = fields.String(metadata={"description": "Grants access to the manifest and its segments."})
    thumbnail = fields.String(metadata={"description": "Grants access to the thumbnail."})
    storyboard = fields.String(metadata={"description": "Grants access to the storyboard."})


class TextTrackSchema(Schema):
    id = fields.String(metadata={"description": "The track's id."})
    kind = fields.String(metadata={"description": "`subtitles` or `captions`."})
    language_code = fields.String(allow_none=True, metadata={"description": "The track's language.", "example": "en"})
    name = fields.String(allow_none=True, metadata={"description": "The track's name in menus.", "example": "English"})
    url = fields.URL(
        metadata={"format": "uri", "description": "The track as WebVTT. Players find it through the manifest."}
    )


class PlaybackSchema(Schema):
    playback_id = fields.String(metadata={"description": "The video's playback id at the video service."})
    manifest_url = fields.URL(
        metadata={"format": "uri", "description": "The signed URL of the HLS manifest, for any HLS player."}
    )
    thumbnail_url = fields.URL(metadata={"format": "uri", "description": "The signed URL of a thumbnail."})
    storyboard_url = fields.URL(
        metadata={"format": "uri", "description": "The signed URL of the storyboard (seek bar previews) as WebVTT."}
    )
    tokens = fields.Nested(
        TokensSchema, metadata={"description": "The tokens, for players that build URLs themselves."}
    )
    expires_at = Instant(metadata={"description": "When the tokens expire."})
    renew_after = Instant(
        metadata={
            "description": "If playback continues after this time, request playback again to get tokens that expire "
            "later."
        }
    )
    duration = fields.Float(
        allow_none=True, metadata={"description": "The length in seconds.", "example": cast.VIDEO_SECONDS}
    )
    aspect_ratio = fields.String(
        allow_none=True, metadata={"description": "The ratio of width to height.", "example": "16:9"}
    )
    tracks = fields.List(fields.Nested(TextTrackSchema), metadata={"description": "Subtitles and captions."})
    max_playback_rate = fields.Float(
        metadata={
            "description": "The maximum number of seconds of video credited for each second that passes; seconds above "
            "it are credited later, once enough time has passed.",
            "example": 3,
        }
    )
    viewing_id = fields.String(
        allow_none=True,
        metadata={
            "description": "Identifies this viewing; send it with every PUT /lessons/{id}/progress. Null for guests "
            "and drafts, whose viewings are not recorded."
        },
    )
    session_id = fields.String(
        allow_none=True,
        metadata={"deprecated": True, "description": "The former name of `viewing_id`, with the same value."},
    )
    embed_html = fields.String(
        metadata={
            "description": "With `embed=true`: a `<mux-player>` element, for pages that load `@mux/mux-player`.",
            MAY_BE_ABSENT: True,
        }
    )


class FailureReportedSchema(Schema):
    ask_again_in = fields.Integer(
        metadata={"description": "The number of seconds after which to request playback again for the result."}
    )
