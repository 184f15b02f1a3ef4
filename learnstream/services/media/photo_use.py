"""The use of photos: by accounts, and as covers of books, of programs and of courses.

Those of courses are in use in drafts and in all versions, which can be restored.
"""

from collections.abc import Collection

from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Book, Course, CourseStatus, CourseVersion
from learnstream.documents.book import EXISTS
from learnstream.documents.file import FilePurpose
from learnstream.models import User
from learnstream.models.program import Program
from learnstream.services.media.file_use import names_files
from learnstream.stores.sql import db
from learnstream.web import photo_urls


@names_files(FilePurpose.PHOTO)
def of_accounts(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files are photos of users."""
    found = db.session.scalars(select(User.photo_id).where(User.photo_id.in_(map(str, file_ids))))
    return set(map(ObjectId, found))


@names_files(FilePurpose.PHOTO)
def of_courses(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files are covers, in a draft or a version. Deleted courses need none."""
    by_cover = _by_cover(file_ids)
    wanted = {"$in": list(by_cover)}
    drafts = Course.collection().distinct("cover", {"cover": wanted, "status": {"$ne": CourseStatus.DELETED.value}})
    versions = CourseVersion.collection().distinct("course.cover", {"course.cover": wanted})
    return {by_cover[cover] for cover in {*drafts, *versions}}


@names_files(FilePurpose.PHOTO)
def of_programs(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files are covers of programs."""
    by_cover = _by_cover(file_ids)
    return {by_cover[cover] for cover in db.session.scalars(select(Program.cover).where(Program.cover.in_(by_cover)))}


@names_files(FilePurpose.PHOTO)
def of_books(file_ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files are covers of books. Deleted books need none."""
    by_cover = _by_cover(file_ids)
    wanted = {"cover": {"$in": list(by_cover)}, "status": EXISTS}
    return {by_cover[cover] for cover in Book.collection().distinct("cover", wanted)}


def _by_cover(file_ids: Collection[ObjectId]) -> dict[str, ObjectId]:
    return {photo_urls.cover_of(str(file_id)): file_id for file_id in file_ids}
