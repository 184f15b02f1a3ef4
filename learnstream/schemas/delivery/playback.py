"""What a player gets. The answers are made as bytes; these shapes document them, and a test holds the two together."""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, Schema


class TokensSchema(Schema):
    playback = fields.String(metadata={"description": "Opens the manifest and what it names."})
    thumbnail = fields.String(metadata={"description": "Opens the still picture."})
    storyboard = fields.String(metadata={"description": "Opens the pictures for the seek bar."})


class TextTrackSchema(Schema):
    id = fields.String(metadata={"description": "The track's id."})
    kind = fields.String(metadata={"description": "`subtitles` or `captions`."})
    language_code = fields.String(allow_none=True, metadata={"description": "Its language.", "example": "en"})
    name = fields.String(allow_none=True, metadata={"description": "Its name in the menu.", "example": "English"})
    url = fields.URL(
        metadata={"format": "uri", "description": "The text as WebVTT. Players find it in the manifest by themselves."}
    )


class PlaybackSchema(Schema):
    playback_id = fields.String(metadata={"description": "Names the video at the stream host."})
    manifest_url = fields.URL(
        metadata={"format": "uri", "description": "The HLS manifest, signed: any HLS player plays it."}
    )
    thumbnail_url = fields.URL(metadata={"format": "uri", "description": "A still picture, signed."})
    storyboard_url = fields.URL(
        metadata={"format": "uri", "description": "The pictures for the seek bar as WebVTT, signed."}
    )
    tokens = fields.Nested(TokensSchema, metadata={"description": "The tokens alone, for players that build URLs."})
    expires_at = Instant(metadata={"description": "When the tokens end."})
    renew_after = Instant(
        metadata={"description": "Whoever is still playing then asks again, and gets tokens that last longer."}
    )
    duration = fields.Float(allow_none=True, metadata={"description": "In seconds.", "example": 93.4})
    aspect_ratio = fields.String(allow_none=True, metadata={"description": "Width to height.", "example": "16:9"})
    tracks = fields.List(fields.Nested(TextTrackSchema), metadata={"description": "Subtitles and captions."})
    embed_html = fields.String(
        metadata={"description": "A `<mux-player>` element, for pages that load `@mux/mux-player`."}
    )
    max_playback_rate = fields.Float(
        metadata={
            "description": "How many seconds of the video are credited for each second that passes; a faster player is "
            "credited once there was time.",
            "example": 3,
        }
    )
    viewing_id = fields.String(
        allow_none=True,
        metadata={
            "description": "Identifies this viewing; send it with every PUT /lessons/{id}/progress. Null for guests and "
            "drafts, whose viewings are not recorded."
        },
    )
    session_id = fields.String(
        allow_none=True,
        metadata={"deprecated": True, "description": "The former name of `viewing_id`, with the same value."},
    )


class FailureReportedSchema(Schema):
    ask_again_in = fields.Integer(
        metadata={"description": "After so many seconds, asking for playback again tells what became of it."}
    )
