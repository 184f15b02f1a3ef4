from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.policies.allowances import Allowance


def delete(client, auth, lesson_id, accommodation_id, reason="Is well."):
    path = f"/lessons/{lesson_id}/accommodations/{accommodation_id}"
    return client.delete(path, auth=auth, query_string={"reason": reason})


def test_a_removed_accommodation_holds_no_more(client, owner, grant, allowance, quiz, separate_session):
    granted = grant(extra_seconds=60).json
    assert allowance() == Allowance(extra_seconds=60)

    assert delete(client, owner, quiz.id, granted["id"]).status_code == 204

    assert allowance() == Allowance()
    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "quiz.accommodation_removed"))
    assert entry.details["reason"] == "Is well."


def test_that_of_a_group_holds_no_more_for_its_members(client, owner, grant, allowance, group, quiz):
    granted = grant(group_id=group, extra_seconds=60).json
    assert allowance() == Allowance(extra_seconds=60)

    delete(client, owner, quiz.id, granted["id"])

    assert allowance() == Allowance()


def test_it_is_found_in_its_own_lesson_only(client, owner, grant, allowance, course, quiz):
    granted = grant(extra_seconds=60).json

    assert delete(client, owner, course.text.id, granted["id"]).status_code == 404
    assert delete(client, owner, quiz.id, granted["id"] + 1).status_code == 404
    assert allowance() == Allowance(extra_seconds=60)


def test_a_reason_is_required(client, owner, grant, quiz):
    granted = grant(extra_seconds=60).json

    assert delete(client, owner, quiz.id, granted["id"], reason=" ").status_code == 422
