"""Photos: the caller's own, and the pictures of all."""

from flask import Response, request

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.errors.file_storage import Busy, Missing, Unreachable
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, UnknownFile, WrongPurpose
from learnstream.schemas.accounts.photo import NewPhotoSchema, PhotoSchema
from learnstream.services.media import photos
from learnstream.services.media.photos import StoredPhoto
from learnstream.web.openapi import Blueprint
from learnstream.web.photo_urls import PhotoUrls

blp = Blueprint(
    "photo",
    __name__,
    position=31,
    title="Photos",
    description="Your photo, and the pictures of users and courses. Upload them as files with the purpose `photo`.",
)

DAY = "public, max-age=86400"
PICTURE = "The picture in WebP, without metadata; its longer side has at most 96, 256 or 1024 pixels. Of an animation, the first."
ELSEWHERE = "The file storage has the picture, at `Location`; only with an external one."
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "A URL of the storage, for at least two days."}}


@blp.put("/users/me/photo")
@blp.arguments(NewPhotoSchema)
@confirms_caller
@commits()
@blp.response(200, PhotoSchema)
@blp.raises(UnknownFile, WrongPurpose("photo"), FileNotReady, FileRefused)
def replace_photo(body: dict[str, str]) -> PhotoUrls:
    """Set the caller's photo.

    The file must be the caller's, have the purpose `photo`, and be ready. Courses of an instructor show a new photo within
    a few seconds. The former photo stays at its address for some days, and is then removed.
    """
    return photos.replace(user_id=caller.id, **body)


@blp.delete("/users/me/photo")
@confirms_caller
@commits()
@blp.response(204)
def delete_photo() -> None:
    """Remove the caller's photo.

    The picture stays at its address for some days, and is then removed; to remove it at once, delete its file.
    """
    photos.remove(user_id=caller.id)


@blp.get("/photos/<object_id:photo_id>/<photo_size:photo_size>")
@blp.response(200, content_type=photos.TYPE, description=PICTURE)
@blp.alt_response(302, description=ELSEWHERE, headers=LOCATION)
@blp.raises(NoSuchFile, Missing, Unreachable, Busy)
@etag.cacheable
def read_photo(photo_id: str, photo_size: str) -> Response:
    """Get the picture of a user or a course.

    Needs no token. A picture never changes, so clients may keep it for a day without asking again.
    """
    photo = photos.require(photo_id, photo_size)
    response = _redirection(photo) or _picture(photo, f"{photo_id}-{photo_size}")
    response.headers["Cache-Control"] = DAY
    return response


def _redirection(photo: StoredPhoto) -> Response | None:
    # Faster than sending the picture through this server (0.35 ms of a thread, with GridFS 2.1), and nothing waits for S3.
    # Without an ETag: a client that revalidated it would go on using a URL that expires.
    if (url := photos.external_url(photo)) is None:
        return None
    # A presigned URL is for GET alone.
    return (
        Response(status=302, headers={"Location": url}) if request.method == "GET" else Response(mimetype=photos.TYPE)
    )


def _picture(photo: StoredPhoto, tag: str) -> Response:
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(photos.content(photo), mimetype=photos.TYPE)
    response.set_etag(tag)
    return response
