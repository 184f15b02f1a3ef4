"""Every operation with documents that were stored before most of their fields existed."""

import pytest

from learnstream.documents.base import Document
from learnstream.documents.projection import declared, embedded_in
from tests.access.table import rows

# Without these, objects are in another state than the statuses of the table say: without a video, or not published.
STATE = {
    "announcements": {"course_id", "group_id"},
    "assignments": {"kinds", "types"},
    "attempts": {"late_answers"},
    "courses": {"published", "published_at"},
    "file_quotas": {"used"},
    "files": {"type", "object", "etag", "derived"},
    "lessons": {"course_id", "video_id", "document_id", "quiz_id", "assignment_id", "completion"},
    "lesson_versions": {"video_id", "document_id", "quiz_id", "assignment_id", "completion"},
    "progress": {"opened_at", "position", "completed_at"},
    "questions": {"tags"},
    "reviews": {"user_id"},
    "submissions": {"text", "digest"},
    "videos": {"playback_id", "asset_id", "upload_id", "duration"},
    "webhook_events": {"next_try_at"},
    "rollups": {"lease_until"},
}
KEPT_IN_VERSIONS = {"video_id", "document_id", "quiz_id", "assignment_id", "completion"}
# The first of these whom the table allows an operation performs it.
CALLERS = ("owner", "admin", "learner")


def forget(kind, stored, kept):
    """Remove all fields that have a default from a document and from those embedded in it."""
    for name, field in declared(kind).items():
        if (below := embedded_in(field)) and (found := stored.get(name)):
            for each in found if isinstance(found, list) else [found]:
                forget(below, each, KEPT_IN_VERSIONS)
        if not field.required and name != "_id" and name not in kept:
            stored.pop(name, None)


@pytest.fixture(scope="module")
def dataset(application, dataset):
    with application.app_context():
        for kind in Document.__subclasses__():
            for stored in list(kind.collection().find()):
                forget(kind, stored, STATE.get(kind._get_collection_name(), set()))
                kind.collection().replace_one({"_id": stored["_id"]}, stored)
    return dataset


@pytest.mark.parametrize("row", rows(), ids=str)
def test_every_operation_has_its_usual_status(row, send_as, snapshot, require_documented):
    allowed = (each for each in CALLERS if row.statuses[each].get("own", 400) < 400)
    caller = next(allowed, "owner")

    response = send_as(row, caller, "own")

    if not row.operation.startswith("GET"):
        snapshot.restore()
    assert response.status_code == row.statuses[caller]["own"]
    require_documented(row, response)
