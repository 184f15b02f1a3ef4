from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from learnstream.models import AuditEntry
from learnstream.models.accommodation import QuizAccommodation
from learnstream.policies.allowances import Allowance
from learnstream.services.enrollment import group_members, groups
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat

LATER = datetime(2027, 4, 1, 12, tzinfo=UTC)


def test_a_learner_is_granted_more(grant, allowance, learner, owner, quiz):
    assert allowance() == Allowance()

    granted = grant(extra_seconds=600, extra_attempts=1, closes_at=LATER.isoformat())

    assert granted.status_code == 201
    shown = granted.json
    assert (shown["user_id"], shown["group_id"], shown["name"]) == (learner.id, None, learner.name)
    assert (shown["reason"], shown["granted_by"]) == ("Was ill.", owner.id)
    assert allowance() == Allowance(extra_seconds=600, extra_attempts=1, closes_at=LATER)


def test_members_of_a_group_are_granted_more(grant, allowance, group, course, admin):
    newcomer = make_person()
    make_seat(newcomer, course)
    assert (allowance(), allowance(newcomer.id)) == (Allowance(), Allowance())

    assert grant(group_id=group, extra_seconds=60).json["name"] == "Class 7b"
    assert (allowance(), allowance(newcomer.id)) == (Allowance(extra_seconds=60), Allowance())

    group_members.add(group, [newcomer.id], by=admin.id)
    db.session.commit()
    assert allowance(newcomer.id) == Allowance(extra_seconds=60)

    group_members.remove(group, [newcomer.id], by=admin.id)
    db.session.commit()
    assert allowance(newcomer.id) == Allowance()


@pytest.mark.parametrize("end", ["archive", "delete"])
def test_a_group_that_is_archived_or_deleted_grants_nothing_more(grant, allowance, group, admin, end):
    grant(group_id=group, extra_seconds=60)
    assert allowance() == Allowance(extra_seconds=60)

    if end == "archive":
        groups.change(group, by=admin.id, archived=True)
    else:
        groups.remove(group, by=admin.id)
    db.session.commit()

    assert allowance() == Allowance()


def test_a_grant_takes_the_place_of_the_one_before(grant, allowance, separate_session):
    first = grant(extra_seconds=600)

    second = grant(extra_attempts=2, reason="Ill again.")

    assert second.json["id"] == first.json["id"]
    assert allowance() == Allowance(extra_attempts=2)
    assert separate_session.scalar(select(func.count()).select_from(QuizAccommodation)) == 1


def test_grants_at_once_leave_one(grant, separate_session):
    with ThreadPoolExecutor(6) as pool:
        responses = pool.map(lambda seconds: grant(extra_seconds=seconds), range(60, 66))

    assert {response.status_code for response in responses} == {201}
    assert separate_session.scalar(select(func.count()).select_from(QuizAccommodation)) == 1


def test_a_repeated_request_is_carried_out_once(client, owner, learner, quiz, separate_session):
    body = {"user_id": learner.id, "extra_seconds": 60, "reason": "Was ill."}
    headers = {"Idempotency-Key": str(uuid4())}
    path = f"/lessons/{quiz.id}/accommodations"
    first, again = (client.post(path, auth=owner, json=body, headers=headers) for _ in range(2))

    assert again.json == first.json
    granted = select(func.count()).where(AuditEntry.action == "quiz.accommodated")
    assert separate_session.scalar(granted) == 1


def test_the_audit_log_has_the_reason(grant, quiz, learner, separate_session):
    grant(extra_seconds=600, reason="Broke her arm.")

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "quiz.accommodated"))
    assert (entry.target_id, entry.details["user_id"], entry.details["reason"]) == (
        quiz.id,
        learner.id,
        "Broke her arm.",
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "_schema"),
        ({"extra_seconds": 0}, "_schema"),
        ({"extra_seconds": 60, "user_id": None}, "_schema"),
        ({"extra_seconds": 60, "user_id": 1, "group_id": 1}, "_schema"),
        ({"extra_seconds": -1}, "extra_seconds"),
        ({"extra_seconds": 604801}, "extra_seconds"),
        ({"extra_seconds": 1.5}, "extra_seconds"),
        ({"extra_seconds": "60"}, "extra_seconds"),
        ({"extra_seconds": True}, "extra_seconds"),
        ({"extra_attempts": 101}, "extra_attempts"),
        ({"closes_at": "9999-01-01T00:00:00Z"}, "closes_at"),
        ({"closes_at": "2027-01-01T00:00:00"}, "closes_at"),
        ({"extra_seconds": 60, "user_id": 10**30}, "user_id"),
        ({"extra_seconds": 60, "user_id": 999_999}, "user_id"),
        ({"extra_seconds": 60, "group_id": 999_999}, "group_id"),
        ({"extra_seconds": 60, "reason": " "}, "reason"),
        ({"extra_seconds": 60, "time_factor": 2}, "time_factor"),
    ],
)
def test_an_invalid_field_is_named(grant, fields, field):
    response = grant(**fields)

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == [field]


def test_whoever_was_never_enrolled_is_granted_nothing(grant, stranger, admin):
    group_id = groups.create(by=admin.id, name="Without the course", code="w")["id"]
    db.session.commit()

    assert grant(user_id=stranger.id, extra_seconds=60).status_code == 422
    assert grant(group_id=group_id, extra_seconds=60).json["errors"]["json"] == {
        "group_id": ["The group is not given the course."]
    }


def test_only_quizzes_have_accommodations(grant, course):
    assert grant(course.text.id, extra_seconds=60).json["code"] == "not_a_quiz_lesson"


def test_staff_of_a_group_who_do_not_teach_the_course_grant_nothing(client, grant, other_owner, group, admin):
    client.put(f"/admin/groups/{group}/staff", auth=admin, json={"user_ids": [other_owner.id]})

    assert grant(auth=other_owner, group_id=group, extra_seconds=60).json["code"] == "not_your_course"
