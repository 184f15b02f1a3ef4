"""Erases what reviews tell of a person: their stars stay, since they are part of means."""

from bson import ObjectId

from learnstream.documents import Review, SubjectKind
from learnstream.services.reviews import subjects
from learnstream.services.reviews.subjects import Subject
from learnstream.stores.mongo import Expression

# A reply answers a text that is gone, and may repeat it.
NAMELESS: Expression = {"user_id": None, "anonymous": True, "text": "", "reply": None}


def erase(user_id: int) -> int:
    """Remove a user's name and texts from their reviews, and the user from what they said about others'.

    Returns the number of reviews. Idempotent.
    """
    reviews = Review.collection()
    written: Expression = {"user_id": user_id}
    found = reviews.find(written, {"subject_kind": 1, "subject_id": 1}).to_list()
    reviews.update_many({"voters": user_id}, {"$pull": {"voters": user_id}})
    reported = {"reports.$[theirs].user_id": None, "reports.$[theirs].text": ""}
    reviews.update_many({"reports.user_id": user_id}, {"$set": reported}, array_filters=[{"theirs.user_id": user_id}])
    reviews.delete_many({**written, "removed": True, "counted": 0, "hidden": {"$ne": None}})
    reviews.update_many(written, {"$set": NAMELESS, "$unset": {"pending_events": ""}})
    for kind, subject_id in {(each["subject_kind"], each["subject_id"]) for each in found}:
        subjects.reviews_changed(Subject(SubjectKind(kind), str(ObjectId(subject_id))))
    return len(found)
