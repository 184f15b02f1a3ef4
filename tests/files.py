"""Factories and helpers for files."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson
from learnstream.documents.file import File, FilePurpose, FileState, StoredFile
from learnstream.documents.projection import Projection
from learnstream.integrations import files as port
from learnstream.services.authoring.publishing import Learners
from learnstream.services.media import file_quota, photos
from learnstream.stores.sql import db
from learnstream.web.photo_urls import SIZES
from tests.factories import CreatedCourse, CreatedLesson, Person, publish

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4
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
        "store": port.service().kind,
        "upload_expires_at": moment + timedelta(hours=1),
        "created_at": moment,
        **fields,
    }
    made.setdefault("charged", made["size"])
    file_quota.insert_charged(made)
    return made


def make_document(owner: Person, **fields: Any) -> str:
    """Insert a PDF that is ready, without bytes. Return its id."""
    facts = {"type": "application/pdf", "state": FileState.READY.value, "pages": 4, "object": "files/none", "etag": "1"}
    return str(make_file(owner, **facts | fields)["_id"])


def make_document_with_bytes(owner: Person, content: bytes = PDF, **fields: Any) -> str:
    """Insert a PDF that is ready, and store its bytes. Return its id."""
    file_id = ObjectId()
    name = f"files/{file_id}"
    store = port.service()
    etag = store.put(name, [content], content_type="application/pdf").etag
    stored = {"object": name, "size": len(content), "etag": etag, "store": store.kind}
    return make_document(owner, _id=file_id, **stored, **fields)


def make_photo(owner: Person, **fields: Any) -> str:
    """Insert a photo that is ready, with its copies. Return its id."""
    file_id = ObjectId()
    derived = [photos.object_name(str(file_id), size) for size in SIZES]
    facts = {"name": "Me.jpg", "type": "image/jpeg", "state": FileState.READY.value, "derived": derived}
    made = make_file(owner, **{"_id": file_id, "purpose": FilePurpose.PHOTO.value, **facts, **fields})
    for name in made["derived"]:
        port.service().put(name, [b"RIFF" + name.encode()], content_type=photos.TYPE)
    return str(file_id)


def set_photo(user: Person) -> str:
    """Give a user a photo. Return its id."""
    file_id = make_photo(user)
    photos.replace(user_id=user.id, file_id=file_id)
    db.session.commit()
    return file_id


def put_document(lesson: CreatedLesson, file_id: str) -> None:
    """Set the document of a lesson's draft."""
    change = {"$set": {"document_id": ObjectId(file_id)}, "$inc": {"revision": 1}}
    Lesson.collection().update_one({"_id": ObjectId(lesson.id)}, change)


def show_document(
    course: CreatedCourse, lesson: CreatedLesson, file_id: str, learners: Learners = Learners.MIGRATE
) -> None:
    """Set a lesson's document and publish the course."""
    put_document(lesson, file_id)
    publish(course, learners)


def stored(file_id: ObjectId | str) -> StoredFile | None:
    """Return a file as it is stored now."""
    return STORED.find_one({"_id": ObjectId(file_id)})
