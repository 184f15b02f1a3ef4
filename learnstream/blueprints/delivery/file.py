"""The bytes of files, for those who may read them: by a token in the header, or by a link to a lesson's document."""

from typing import Any

from flask import Response, request

from learnstream.blueprints.common.authentication import optional_token
from learnstream.blueprints.common.file_response import sends_file, stream_file
from learnstream.blueprints.common.require_reader import require_linked_file, require_readable_file
from learnstream.blueprints.common.responses import PRIVATE
from learnstream.documents.file import FileFacts
from learnstream.errors import Unauthenticated
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile
from learnstream.errors.media import FileLinkExpired, FileLinkInvalid, FileLinkOutdated
from learnstream.integrations import files as port
from learnstream.policies.access import LESSON_ACCESS_ERRORS
from learnstream.schemas.delivery.file import ContentQuerySchema
from learnstream.services.media import file_links, files
from learnstream.web import photo_urls
from learnstream.web.openapi import Blueprint

blp = Blueprint("file_content", __name__, position=69, title="Files: contents", description="The bytes of files.")


@blp.get("/files/<object_id:file_id>/content")
@optional_token
@blp.arguments(ContentQuerySchema, location="query")
@blp.raises(NoSuchFile, Unauthenticated, FileNotReady, FileRefused, *LESSON_ACCESS_ERRORS)
@blp.raises(FileLinkInvalid, FileLinkExpired, FileLinkOutdated)
@sends_file
def read_file_content(query: dict[str, Any], file_id: str) -> Response:
    """Download a file.

    For its owner and administrators; a document also for the instructors of courses that refer to it, and for those to whom
    a lesson that shows it is open, in the version that they are shown; an attachment also for the instructors of courses
    whose questions show it, and for learners who are asked one of these; what was handed in also for the course's staff,
    and a group's staff for its members. With the `token` of a link from `GET /lessons/{id}/document`, the link's reader
    needs nothing else; whether the lesson is open to them is checked at each request. Of a photo, only its copies are kept: it redirects to the largest.
    """
    token = query["token"]
    file = _readable(file_id) if token is None else require_linked_file(token, file_id)
    files.require_ready(file)
    if file["object"] is None:
        location = photo_urls.url(file_id, photo_urls.COVER_SIZE)
        return Response(status=302, headers={"Location": location, **PRIVATE})
    # A presigned URL is for GET alone; the headers are known here.
    if request.method == "GET" and (url := file_links.stored_url(file, inline=query["inline"])):
        return Response(status=302, headers={"Location": url, **PRIVATE})
    return stream_file(
        port.store_of(file["store"]),
        str(file["object"]),
        size=file["size"],
        etag=str(file["etag"]),
        content_type=str(file["type"]),
        filename=file["name"],
        inline=query["inline"],
    )


def _readable(file_id: str) -> FileFacts:
    facts, in_place = require_readable_file(file_id)
    return facts | {"name": in_place.get("name", facts["name"])}
