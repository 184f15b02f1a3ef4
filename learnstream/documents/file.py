"""Files that users upload. A document describes a file; the file storage keeps its bytes (`integrations.files`)."""

import enum
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from mongoengine import DateTimeField, DictField, IntField, ListField, ObjectIdField, StringField

from learnstream.documents.base import Document


class FilePurpose(enum.StrEnum):
    """The purpose of a file, which decides its types, its maximum size, and who may upload and read it."""

    PHOTO = "photo"
    DOCUMENT = "document"
    ATTACHMENT = "attachment"
    IMPORT = "import"
    QUESTIONS = "questions"
    SUBMISSION = "submission"
    GRADES = "grades"
    BOOKS = "books"


class FileState(enum.StrEnum):
    """A file's state. It only moves forward; `ready` and `refused` are final."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class Refusal(TypedDict):
    """Why a file was refused: the field of the request, or of the file, that is wrong, a stable word, and a sentence."""

    field: str
    code: str
    message: str


class FileFacts(TypedDict):
    """The facts of a file that hot paths need; see `services.media.files.facts`."""

    owner_id: int
    purpose: str
    state: str
    name: str
    type: str | None
    size: int
    pages: int | None
    width: int | None
    height: int | None
    object: str | None
    etag: str | None
    derived: list[str]
    store: str


class ListedFile(FileFacts):
    """A file as its owner sees it."""

    _id: ObjectId
    refusal: Refusal | None
    upload_expires_at: datetime
    created_at: datetime
    state_at: datetime


class StoredFile(ListedFile):
    """A whole file."""

    declared_type: str | None
    sha256: str | None
    charged: int
    move_id: ObjectId | None
    held_at: datetime | None
    unnamed_since: datetime | None
    review_at: NotRequired[datetime]
    removing_at: datetime | None
    removing_for: str | None
    due_at: NotRequired[datetime]
    tries: int
    claim: str | None
    lapses: int
    last_error: str | None


class File(Document):
    """A file from the moment its upload is requested.

    `size` is what the client said; a file that is ready has exactly that size. `type` is the client's until the bytes
    were checked, then that of the contents. `object` is the stored object with the checked bytes, and `etag` its identity
    there; photos have none, so that nothing of their metadata is kept. `derived` are further objects made of it, and
    `store` is the kind of file storage that has them all. `refusal` is why it was refused. `charged` is what the file takes
    of its owner's quota, in bytes, and `move_id` the last change of that (see `FileQuota`).

    A worker processes the file from `due_at` on, for the `tries`-th time, while it holds `claim`; `lapses` counts the tries
    whose workers died, or whose checks did.

    `held_at` is when something last began to refer to the file (see `files.hold`), `unnamed_since` since when nothing is
    known to. `review_at` is when to check next whether it is still needed. `removing_at` and `removing_for`, the
    reason, are set once it is to be removed: from then on, the file does not exist for any caller.
    """

    owner_id = IntField(required=True)
    purpose = StringField(required=True)
    name = StringField(required=True)
    size = IntField(required=True)
    type = StringField()
    declared_type = StringField()
    sha256 = StringField()
    state = StringField(required=True)
    state_at = DateTimeField(required=True)
    refusal = DictField(default=None)
    pages = IntField()
    width = IntField()
    height = IntField()
    store = StringField(required=True)
    object = StringField()
    etag = StringField()
    derived = ListField(StringField())
    charged = IntField(default=0)
    move_id = ObjectIdField()
    upload_expires_at = DateTimeField(required=True)
    created_at = DateTimeField(required=True)
    held_at = DateTimeField()
    unnamed_since = DateTimeField()
    review_at = DateTimeField()
    removing_at = DateTimeField()
    removing_for = StringField()
    due_at = DateTimeField()
    tries = IntField(default=0)
    claim = StringField()
    lapses = IntField(default=0)
    last_error = StringField()

    stored = StoredFile
    meta = {
        "collection": "files",
        "indexes": [
            {"fields": ["owner_id", "-created_at", "_id"]},
            {"fields": ["due_at"], "sparse": True},
            {"fields": ["review_at"], "sparse": True},
        ],
    }


class QuotaMove(TypedDict):
    """A change of what a file takes, from before it until it has been taken account of in `used`.

    It has taken effect if it is the file's `move_id`. `used` is then changed by `done`, otherwise by `undone`.
    """

    id: ObjectId
    file_id: ObjectId
    at: datetime
    done: int
    undone: int


class StoredQuota(TypedDict):
    """The whole of what a user's files take."""

    _id: int
    used: int
    moves: list[QuotaMove]


class FileQuota(Document):
    """The bytes that the files of a user take, and their changes in progress; its id is the user's."""

    id = IntField(primary_key=True)
    used = IntField(default=0)
    moves = ListField(DictField())

    stored = StoredQuota
    meta = {"collection": "file_quotas", "indexes": [{"fields": ["moves.at"], "sparse": True}]}


class Removed(TypedDict):
    """The number and bytes of files that were removed for one reason."""

    count: int
    bytes: int


class StoredSweep(TypedDict):
    """The whole record of the sweeps."""

    _id: str
    last_run_at: datetime | None
    removed: dict[str, Removed]


class FileSweep(Document):
    """When files were last swept, and what was removed since the first time, by reason."""

    id = StringField(primary_key=True)
    last_run_at = DateTimeField()
    removed = DictField()

    stored = StoredSweep
    meta = {"collection": "file_sweeps"}
