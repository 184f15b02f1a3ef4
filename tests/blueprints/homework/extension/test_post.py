from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import AuditEntry
from learnstream.models.extension import Extension as ExtensionRow
from learnstream.policies.allowances import Extension
from learnstream.services.enrollment import accommodated, group_members, groups
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat
from tests.homework import hand_in, submissions_of

LATER = datetime(2027, 4, 1, 12, tzinfo=UTC)
NEXT_DAY = LATER + timedelta(days=1)


def test_a_learner_is_given_more_time(extend, extension, learner, owner, homework):
    assert extension() == Extension()

    granted = extend(due_at=LATER.isoformat(), accepted_until=NEXT_DAY.isoformat())

    assert granted.status_code == 201
    shown = granted.json
    assert (shown["user_id"], shown["group_id"], shown["name"]) == (learner.id, None, learner.name)
    assert (shown["reason"], shown["granted_by"]) == ("Was ill.", owner.id)
    assert (shown["due_at"], shown["accepted_until"]) == (LATER.isoformat(), NEXT_DAY.isoformat())
    assert extension() == Extension(LATER, NEXT_DAY)


def test_members_of_a_group_are_given_more_time(extend, extension, group, course, admin):
    newcomer = make_person()
    make_seat(newcomer, course)
    assert (extension(), extension(newcomer.id)) == (Extension(), Extension())

    assert extend(group_id=group, due_at=LATER.isoformat()).json["name"] == "Class 7b"
    assert (extension(), extension(newcomer.id)) == (Extension(LATER), Extension())

    group_members.add(group, [newcomer.id], by=admin.id)
    db.session.commit()
    assert extension(newcomer.id) == Extension(LATER)

    group_members.remove(group, [newcomer.id], by=admin.id)
    db.session.commit()
    assert extension(newcomer.id) == Extension()


@pytest.mark.parametrize("end", ["archive", "delete"])
def test_a_group_that_is_archived_or_deleted_gives_no_more_time(extend, extension, group, admin, end):
    extend(group_id=group, due_at=LATER.isoformat())
    assert extension() == Extension(LATER)

    if end == "archive":
        groups.change(group, by=admin.id, archived=True)
    else:
        groups.remove(group, by=admin.id)
    db.session.commit()

    assert extension() == Extension()


def test_homework_that_was_closed_is_open_again_and_the_lateness_of_what_is_there_is_computed_anew(
    client, learner, extend, make_homework, move_clock
):
    due, closes = now() + timedelta(hours=1), now() + timedelta(hours=3)
    times = {"due": {"at": due.isoformat()}, "accepted_until": {"at": closes.isoformat()}}
    lesson = make_homework(**times, late={"percent": 10, "per": "hour"}, resubmit="until_closed")
    move_clock(hours=2)
    hand_in(client, learner, lesson)
    move_clock(hours=2)
    before = submissions_of(client, learner, lesson)

    extend(lesson.id, due_at=(due + timedelta(hours=4)).isoformat())
    outbox.relay(topic=accommodated.EXTENSIONS)

    after = submissions_of(client, learner, lesson)
    assert (before["may_submit"], after["may_submit"]) == (False, True)
    assert (before["submissions"][0]["late_seconds"], after["submissions"][0]["late_seconds"]) > (3_600, 0)
    assert (before["submissions"][0]["penalty"], after["submissions"][0]["penalty"]) == (20, 0)
    assert after["due_at"] == after["accepted_until"] == (due + timedelta(hours=4)).isoformat()


def test_an_extension_takes_the_place_of_the_one_before(extend, extension, separate_session):
    first = extend(due_at=LATER.isoformat())

    second = extend(accepted_until=NEXT_DAY.isoformat(), reason="Ill again.")

    assert second.json["id"] == first.json["id"]
    assert extension() == Extension(accepted_until=NEXT_DAY)
    assert separate_session.scalar(select(func.count()).select_from(ExtensionRow)) == 1


def test_extensions_at_once_leave_one(extend, separate_session):
    with ThreadPoolExecutor(6) as pool:
        responses = pool.map(lambda days: extend(due_at=(LATER + timedelta(days=days)).isoformat()), range(6))

    assert {response.status_code for response in responses} == {201}
    assert separate_session.scalar(select(func.count()).select_from(ExtensionRow)) == 1


def test_a_repeated_request_is_carried_out_once(client, owner, learner, homework, separate_session):
    body = {"user_id": learner.id, "due_at": LATER.isoformat(), "reason": "Was ill."}
    headers = {"Idempotency-Key": str(uuid4())}
    path = f"/lessons/{homework.id}/extensions"
    first, again = (client.post(path, auth=owner, json=body, headers=headers) for _ in range(2))

    assert again.json == first.json
    granted = select(func.count()).where(AuditEntry.action == "homework.extended")
    assert separate_session.scalar(granted) == 1


def test_the_audit_log_has_the_reason(extend, homework, learner, separate_session):
    extend(due_at=LATER.isoformat(), reason="Broke her arm.")

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "homework.extended"))
    told = (entry.target_id, entry.details["user_id"], entry.details["due_at"], entry.details["reason"])
    assert told == (homework.id, learner.id, LATER.isoformat(), "Broke her arm.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "_schema"),
        ({"due_at": None, "accepted_until": None}, "_schema"),
        ({"due_at": LATER.isoformat(), "user_id": None}, "_schema"),
        ({"due_at": LATER.isoformat(), "user_id": 1, "group_id": 1}, "_schema"),
        ({"due_at": "9999-01-01T00:00:00Z"}, "due_at"),
        ({"due_at": "2027-01-01T00:00:00"}, "due_at"),
        ({"due_at": "2027-02-30T00:00:00Z"}, "due_at"),
        ({"due_at": 1_800_000_000}, "due_at"),
        ({"accepted_until": "tomorrow"}, "accepted_until"),
        ({"due_at": LATER.isoformat(), "accepted_until": "2027-04-01T11:59:59Z"}, "accepted_until"),
        ({"due_at": LATER.isoformat(), "user_id": 10**30}, "user_id"),
        ({"due_at": LATER.isoformat(), "user_id": 999_999}, "user_id"),
        ({"due_at": LATER.isoformat(), "group_id": 999_999}, "group_id"),
        ({"due_at": LATER.isoformat(), "reason": " "}, "reason"),
        ({"due_at": LATER.isoformat(), "late": None}, "late"),
    ],
)
def test_an_invalid_field_is_named(extend, fields, field):
    response = extend(**fields)

    assert response.status_code == 422
    assert list(response.json["errors"]["json"]) == [field]


def test_whoever_was_never_enrolled_is_given_nothing(extend, stranger, admin):
    group_id = groups.create(by=admin.id, name="Without the course", code="w")["id"]
    db.session.commit()

    assert extend(user_id=stranger.id, due_at=LATER.isoformat()).status_code == 422
    assert extend(group_id=group_id, due_at=LATER.isoformat()).json["errors"]["json"] == {
        "group_id": ["The group is not given the course."]
    }


def test_only_homework_has_extensions(extend, course):
    assert extend(course.text.id, due_at=LATER.isoformat()).json["code"] == "not_an_assignment_lesson"


def test_staff_of_a_group_who_do_not_teach_the_course_give_none(client, extend, other_owner, group, admin):
    client.put(f"/admin/groups/{group}/staff", auth=admin, json={"user_ids": [other_owner.id]})

    assert extend(auth=other_owner, group_id=group, due_at=LATER.isoformat()).json["code"] == "not_your_course"
