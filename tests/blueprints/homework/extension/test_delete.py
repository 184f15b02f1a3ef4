from datetime import UTC, datetime

from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.policies.allowances import Extension

LATER = datetime(2027, 4, 1, 12, tzinfo=UTC)


def delete(client, auth, lesson_id, extension_id, reason="Is well."):
    path = f"/lessons/{lesson_id}/extensions/{extension_id}"
    return client.delete(path, auth=auth, query_string={"reason": reason})


def test_a_removed_extension_holds_no_more(client, owner, extend, extension, homework, separate_session):
    granted = extend(due_at=LATER.isoformat()).json
    assert extension() == Extension(due_at=LATER)

    assert delete(client, owner, homework.id, granted["id"]).status_code == 204

    assert extension() == Extension()
    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "homework.extension_removed"))
    assert entry.details["reason"] == "Is well."


def test_it_is_found_in_its_own_lesson_only(client, owner, extend, extension, course, homework):
    granted = extend(due_at=LATER.isoformat()).json

    assert delete(client, owner, course.text.id, granted["id"]).status_code == 404
    assert delete(client, owner, homework.id, granted["id"] + 1).status_code == 404
    assert extension() == Extension(due_at=LATER)


def test_a_reason_is_required(client, owner, extend, homework):
    granted = extend(due_at=LATER.isoformat()).json

    assert delete(client, owner, homework.id, granted["id"], reason=" ").status_code == 422
