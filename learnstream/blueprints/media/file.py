"""Files: their upload, state and removal. Their contents are served by `blueprints.delivery.file`."""

from typing import Any

from learnstream.blueprints.common.authentication import caller, optional_token
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.idempotency import confirms_keyed_caller
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_reader import require_readable_file
from learnstream.blueprints.media import examples
from learnstream.documents.file import ListedFile
from learnstream.errors import Unauthenticated
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import InstructorsOnly
from learnstream.errors.files import FileInUse, NoSuchFile, NotYourFile, QuotaContended, QuotaExceeded
from learnstream.policies.files import require_can_upload, require_own_file
from learnstream.schemas.media.file import CreatedFileSchema, FileSchema, NewFileSchema, OwnFilesSchema
from learnstream.services.media import file_quota, file_removal, files
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "file",
    __name__,
    position=65,
    title="Files",
    description="Uploads of photos, documents and attachments.",
)


@blp.post("/files")
@blp.arguments(NewFileSchema, example=examples.NEW_FILE)
@confirms_keyed_caller
@commits(idempotency_key=True)
@blp.response(201, CreatedFileSchema, example=examples.CREATED_FILE)
@blp.raises(AdminsOnly, InstructorsOnly, QuotaExceeded(used=999_800_000, limit=10**9), QuotaContended)
def create_file(body: dict[str, Any]) -> dict[str, Any]:
    """Create a file and get the request that uploads its bytes.

    Send the bytes as the body of `upload`, with its method and headers, directly from the browser; then complete the
    upload. Everybody may upload photos and homework (`submission`), instructors documents, attachments and questions, and
    administrators all files. A file that is not completed within 24 hours is removed, and so is one that nothing shows for
    a week. Without `Idempotency-Key`, this works even while PostgreSQL is down.
    """
    require_can_upload(caller, body["purpose"])
    created = files.create(
        owner_id=caller.id,
        purpose=body["purpose"],
        name=body["name"],
        size=body["size"],
        content_type=body["type"],
        sha256=body["sha256"],
    )
    return {**created.file, "upload": created.upload}


@blp.post("/files/<object_id:file_id>/complete")
@blp.response(202, FileSchema, example=examples.PROCESSING_FILE)
@blp.raises(NoSuchFile, NotYourFile)
def complete_file(file_id: str) -> ListedFile:
    """Complete a file's upload: have its contents checked.

    Read the file until its state is `ready` or `refused`, which takes a second or two. Completing it again changes
    nothing.
    """
    require_own_file(caller, files.facts(file_id)["owner_id"])
    return files.complete(file_id, by=caller.id)


@blp.get("/files/<object_id:file_id>")
@optional_token
@blp.response(200, FileSchema, example=examples.FILE)
@blp.raises(NoSuchFile, Unauthenticated)
def read_file(file_id: str) -> dict[str, Any]:
    """Get a file's state and properties.

    For its owner and administrators, and for those who may download it: see `GET /files/{id}/content`. Of anonymous
    homework, staff see neither the file's own name nor its times.
    """
    _, in_place = require_readable_file(file_id)
    return {**files.find(file_id), **in_place}


@blp.delete("/files/<object_id:file_id>")
@blp.response(204)
@blp.raises(NoSuchFile, NotYourFile, FileInUse)
def delete_file(file_id: str) -> None:
    """Delete a file that nothing shows.

    An upload that is not completed is cancelled. What the file takes of the quota is released at once, or about a minute
    after something showed it last.
    """
    require_own_file(caller, files.facts(file_id)["owner_id"])
    file_removal.delete(file_id)


@blp.get("/users/me/files")
@blp.response(200, OwnFilesSchema, example=examples.OWN_FILES)
@blp.paginate(CursorSchema)
def list_own_files(page: Page) -> dict[str, Any]:
    """List the caller's files, newest first, with the quota.

    What files take is counted from their creation on.
    """
    quota = {"used": file_quota.used(caller.id), "limit": file_quota.limit()}
    return {"files": entries(page, files.browse(caller.id, part=requested_part(page))), "quota": quota}
