"""Factories and helpers for files."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.file import File, FilePurpose, FileState, StoredFile
from learnstream.documents.projection import Projection
from learnstream.services.media import file_quota
from tests.factories import Person

STORED = Projection(File, StoredFile)


def make_file(owner: Person, **fields: Any) -> StoredFile:
    """Insert a file in any state, without bytes, charged to its owner."""
    moment = now()
    made = {
        "_id": ObjectId(),
        "owner_id": owner.id,
        "purpose": FilePurpose.DOCUMENT.value,
        "name": "Moon.pdf",
        "size": 1000,
        "state": FileState.UPLOADING.value,
        "state_at": moment,
        "store": "gridfs",
        "upload_expires_at": moment + timedelta(hours=1),
        "created_at": moment,
        **fields,
    }
    made.setdefault("charged", made["size"])
    file_quota.insert_charged(made)
    return made


def stored(file_id: ObjectId | str) -> StoredFile | None:
    """Return a file as it is stored now."""
    return STORED.find_one({"_id": ObjectId(file_id)})
