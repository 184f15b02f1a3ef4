"""Request and response schemas of files."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.file import FilePurpose, FileState
from learnstream.schemas.common.base import Choice, Instant, Line, Schema, Text, Whole, Word
from learnstream.web import cast
from learnstream.web.parsing import Integer

MAX_SIZE = 10**12  # bytes: the purpose allows far less
MAX_NAME = 255  # bytes, as in most file systems
OR_NULL: dict[str, Any] = {"allow_none": True}
# Marks that change the order in which a name is shown: `photo\u202egnp.exe` looks like `photoexe.png`.
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Characters without width, except the joiners that names in several scripts need.
INVISIBLE = re.compile("[\u00ad\u115f\u1160\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]")
MEDIA_TYPE = Whole(r"^[A-Za-z0-9][\w.+!#$&^-]*/[A-Za-z0-9][\w.+!#$&^-]*(\s*;.*)?$", error="Must be a media type.")
DIGEST = Whole("^[0-9a-fA-F]{64}$", error="Must be 64 hex digits.")


class FileName(Line):
    """A file's name, for display: no path, and nothing that makes it look like another name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=MAX_NAME, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, *args, **kwargs)
        if len(name.encode()) > MAX_NAME:
            raise ma.ValidationError(f"Must be at most {MAX_NAME} bytes in UTF-8.")
        if name in {".", ".."} or "/" in name or "\\" in name:
            raise ma.ValidationError("Must be a name without a path.")
        if DIRECTIONS.search(name) or INVISIBLE.search(name):
            raise ma.ValidationError("Must not contain invisible characters or marks of direction.")
        return name


class NewFileSchema(Schema):
    purpose = Choice(
        FilePurpose,
        required=True,
        metadata={
            "description": "What the file is for: `photo` (JPEG, PNG or WebP, up to 5 MB), `document` (PDF, up to 50 MB, "
            "shown by lessons), `attachment` (also text, CSV, office files and ZIP), `import` (people in XLSX or CSV, up to "
            "10 MB), `questions` (XLSX, CSV or GIFT, up to 2 MB) or `submission` (homework, of the types of attachments).",
            "example": "document",
        },
    )
    name = FileName(
        required=True,
        metadata={"description": "The file's name, for display: no path.", "example": cast.DOCUMENT_NAME},
    )
    size = Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=MAX_SIZE),
        metadata={"description": "The exact size in bytes.", "example": cast.DOCUMENT_SIZE},
    )
    type = Text(
        max=255,
        validate=MEDIA_TYPE,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The media type, if you know it; the contents must agree with it.",
            "example": "application/pdf",
        },
    )
    sha256 = Text(
        max=64,
        validate=DIGEST,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The SHA-256 digest of the contents in hex, if you want it checked.",
            "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
    )


class FileUploadSchema(Schema):
    method = fields.String(metadata={"description": "The method of the upload request.", "example": "PUT"})
    url = fields.String(
        metadata={
            "description": "Send the bytes here. Anyone who has this URL can upload.",
            "example": "https://api.example.com/uploads/WyJzdGFnaW5nLzY1NjBmM2E…",
        }
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Headers to send with it.", "example": {"Content-Type": "application/pdf"}},
    )
    expires_at = Instant(metadata={"description": "When the URL expires."})


class RefusalSchema(Schema):
    field = fields.String(
        metadata={"description": "What is wrong: `size`, `type`, `sha256`, the `content`, or the `upload`."}
    )
    code = fields.String(metadata={"description": "A stable word.", "example": "size_mismatch"})
    message = fields.String(metadata={"description": "A sentence for people."})


class FileSchema(Schema):
    id = fields.String(attribute="_id", metadata={"description": "The file's id.", "example": cast.DOCUMENT_ID})
    purpose = Word(FilePurpose, metadata={"description": "What the file is for.", "example": "document"})
    name = fields.String(metadata={"description": "The file's name.", "example": cast.DOCUMENT_NAME})
    type = fields.String(
        **OR_NULL,
        metadata={
            "description": "The media type: that of the contents once the file is ready, before that the one you gave.",
            "example": "application/pdf",
        },
    )
    size = fields.Integer(metadata={"description": "The size in bytes.", "example": cast.DOCUMENT_SIZE})
    state = Word(
        FileState,
        metadata={
            "description": "`uploading` until you complete the upload, `processing` while the contents are checked, then "
            "`ready` or `refused`.",
            "example": "ready",
        },
    )
    refusal = fields.Nested(RefusalSchema, **OR_NULL, metadata={"description": "Why the file was refused."})
    pages = fields.Integer(
        **OR_NULL, metadata={"description": "The number of pages of a PDF.", "example": cast.DOCUMENT_PAGES}
    )
    width = fields.Integer(**OR_NULL, metadata={"description": "The width of a picture in pixels.", "example": 1024})
    height = fields.Integer(**OR_NULL, metadata={"description": "The height of a picture in pixels.", "example": 768})
    upload_expires_at = Instant(
        **OR_NULL, metadata={"description": "When the URL of its upload expires; null as `created_at`."}
    )
    created_at = Instant(
        **OR_NULL, metadata={"description": "When it was created; null for the staff while homework is anonymous."}
    )


class CreatedFileSchema(FileSchema):
    upload = fields.Nested(FileUploadSchema, metadata={"description": "The request that uploads the bytes."})


class QuotaSchema(Schema):
    used = fields.Integer(metadata={"description": "What your files take, in bytes.", "example": cast.DOCUMENT_SIZE})
    limit = fields.Integer(metadata={"description": "What they may take, in bytes.", "example": 10**9})


class OwnFilesSchema(Schema):
    files = fields.List(fields.Nested(FileSchema), metadata={"description": "The files of this page."})
    quota = fields.Nested(QuotaSchema, metadata={"description": "What all your files take."})


class RemovedSchema(Schema):
    count = fields.Integer(metadata={"description": "How many.", "example": 3})
    bytes = fields.Integer(metadata={"description": "How large they were together.", "example": 14_500_000})


class RemovedByReasonSchema(Schema):
    deleted = fields.Nested(RemovedSchema, metadata={"description": "Files that their owners deleted."})
    abandoned = fields.Nested(RemovedSchema, metadata={"description": "Uploads that were not completed in a day."})
    refused = fields.Nested(RemovedSchema, metadata={"description": "Refused files, a week later."})
    unused = fields.Nested(RemovedSchema, metadata={"description": "Files that nothing showed for a week."})
    orphaned = fields.Nested(
        RemovedSchema, metadata={"description": "Photos of accounts, and stored objects of files, that do not exist."}
    )


class FilesStatusSchema(Schema):
    processing = fields.Integer(metadata={"description": "How many files wait until they are checked."})
    oldest_at = Instant(allow_none=True, metadata={"description": "Since when the oldest waits; null if none does."})
    seconds = fields.Float(metadata={"description": "How long that is: normally a second or two."})
    swept_at = Instant(
        allow_none=True, metadata={"description": "When stored objects were last compared with files: every hour."}
    )
    removed = fields.Nested(
        RemovedByReasonSchema, metadata={"description": "What was removed since the installation, by reason."}
    )
