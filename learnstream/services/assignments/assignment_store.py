"""The documents of assignments: immutable, and stored once however often the same is saved."""

from hashlib import blake2b

import orjson
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.assignment import Assignment, AssignmentSettings, StoredAssignment
from learnstream.documents.projection import Projection
from learnstream.errors.assignment_lessons import NoAssignment

STORED = Projection(Assignment, StoredAssignment)


def find(assignment_id: ObjectId) -> StoredAssignment:
    """Return the settings of an assignment.

    Raises:
        NoAssignment: there are none.
    """
    assignment = STORED.find_one({"_id": assignment_id})
    if assignment is None:
        raise NoAssignment()
    return assignment


def store(settings: AssignmentSettings, *, course_id: ObjectId, lesson_id: ObjectId) -> StoredAssignment:
    """Store settings, unless the same are stored already, and return their document."""
    content = {"course_id": course_id, "lesson_id": lesson_id, **settings}
    canonical = orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS)
    assignment_id = ObjectId(blake2b(canonical, digest_size=12).digest())
    fields = {**content, "created_at": now()}
    Assignment.collection().update_one({"_id": assignment_id}, {"$setOnInsert": fields}, upsert=True)
    return find(assignment_id)
