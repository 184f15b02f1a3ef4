"""Changes made in MongoDB are recorded in PostgreSQL, whatever happens in between."""

import pytest
from bson import ObjectId
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from learnstream.documents import Course
from learnstream.errors import Unavailable
from learnstream.errors.authoring import EditConflict
from learnstream.models import AuditEntry, Event
from learnstream.services.authoring import courses, instructors, publishing, removal, repairs, restoring
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db
from tests.factories import make_lesson

ACTIONS = {
    "publish": lambda course, by: publishing.publish(course_id=course, published_by=by, note="$more"),
    "keep": lambda course, by: publishing.publish(course_id=course, published_by=by, learners=Learners.KEEP),
    "restore": lambda course, by: restoring.restore(course_id=course, number=1, restored_by=by),
    "archive": lambda course, by: courses.update(course_id=course, changed_by=by, changes={"status": "archived"}),
    "instructors": lambda course, by: instructors.replace(course_id=course, instructor_ids=[by], changed_by=by),
    "delete": lambda course, by: removal.delete(course_id=course, deleted_by=by),
}


def entries(session):
    """Return the audit log's entries without their ids."""
    columns = [column for column in AuditEntry.__table__.c if column.name != "id"]
    return [tuple(row) for row in session.execute(select(*columns).order_by(AuditEntry.id))]


def feed_events(session):
    return [tuple(row) for row in session.execute(select(Event.event_id, Event.data, Event.occurred_at))]


def pending(course):
    found = Course.collection().find_one({"_id": ObjectId(course.id)}) or {}
    return [entry["key"] for entry in found.get("acts_due", [])]


def repair():
    repairs.repair(grace=repairs.NONE)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_entry_lost_by_the_commit_is_recorded_once_and_unchanged(owner, course, action):
    make_lesson(owner, course.id, "Added")
    before = entries(db.session)
    action(course.id, owner.id)
    recorded = entries(db.session), sorted(feed_events(db.session))
    db.session.rollback()
    assert entries(db.session) == before

    repair()
    repair()

    assert (entries(db.session), sorted(feed_events(db.session))) == recorded
    assert len(recorded[0]) == len(before) + 1
    assert pending(course) == []


def test_a_recorded_entry_does_not_stay_in_the_course(owner, course):
    publishing.publish(course_id=course.id, published_by=owner.id)
    assert len(pending(course)) == 1

    db.session.commit()
    assert pending(course) == []


def test_an_entry_that_was_not_cleared_is_not_recorded_twice(owner, course, monkeypatch):
    publishing.publish(course_id=course.id, published_by=owner.id)
    monkeypatch.setattr(Course, "collection", outage)
    db.session.commit()
    monkeypatch.undo()
    recorded = entries(db.session), feed_events(db.session)
    assert len(pending(course)) == 1

    repair()

    assert (entries(db.session), feed_events(db.session), pending(course)) == (*recorded, [])


def outage():
    raise Unavailable("mongodb")


def test_a_failed_action_is_not_recorded(owner, course, monkeypatch):
    draft = courses.draft(course.id)
    courses.change(draft, {"$set": {"title": "Astrology"}})
    monkeypatch.setattr(courses, "draft", lambda *_, **__: draft)
    for action in ("publish", "restore", "archive"):
        with pytest.raises(EditConflict):
            ACTIONS[action](course.id, owner.id)
    db.session.commit()

    assert (len(entries(db.session)), pending(course)) == (1, [])


def test_a_publication_whose_commit_fails_is_recorded_with_its_request(
    client, owner, course, separate_session, monkeypatch
):
    def fail(*_):
        raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    monkeypatch.setattr(db.session, "commit", fail)
    response = client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    monkeypatch.undo()
    db.session.rollback()
    assert (response.status_code, courses.view(course.id).current_version) == (503, 2)

    repair()

    newest = separate_session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (newest.actor_id, newest.details["version"]) == (owner.id, 2)
    assert (newest.ip, newest.request_id) == ("127.0.0.1", response.headers["X-Request-ID"])


def test_a_deleted_course_stays_until_its_deletion_is_recorded(owner, course):
    removal.delete(course_id=course.id, deleted_by=owner.id)
    db.session.rollback()

    removal.purge(course.id)
    assert len(pending(course)) == 1

    db.session.rollback()
    repair()
    assert Course.collection().count_documents({}) == 0
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "course.deleted")) == 1
