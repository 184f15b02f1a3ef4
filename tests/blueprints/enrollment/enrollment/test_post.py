from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from learnstream.clock import now
from learnstream.models import Enrollment, Event, IdempotencyKey, SeatStatus
from learnstream.services.accounts.links import Purpose
from learnstream.services.authoring import publishing
from learnstream.stores.sql import db
from tests.factories import archive, give_to_group, make_course, make_seat


def enroll(client, person, course):
    return client.post(f"/courses/{course.id}/enroll", auth=person)


def test_enrolling_uses_the_current_version(client, stranger, course, separate_session):
    response = enroll(client, stranger, course)

    assert response.status_code == 201
    seat = separate_session.scalar(select(Enrollment))
    assert response.json == {
        "id": seat.id,
        "course_id": course.id,
        "user_id": stranger.id,
        "status": "active",
        "source": "self",
        "sources": ["self"],
        "course_version": 1,
        "enrolled_at": seat.enrolled_at.isoformat(),
        "expires_at": None,
        "completed_at": None,
    }


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_owners_and_admins_may_enroll(client, course, request, role):
    assert enroll(client, request.getfixturevalue(role), course).status_code == 201


def test_a_guest_is_rejected(client, course):
    assert enroll(client, None, course).status_code == 401


def test_a_second_enrollment_is_rejected(client, learner, course):
    again = enroll(client, learner, course)

    assert (again.status_code, again.json["code"]) == (409, "already_enrolled")


def test_a_repeated_request_with_a_key_returns_the_same_enrollment(client, stranger, course):
    key = {"Idempotency-Key": "enrol me once"}
    first, again = (client.post(f"/courses/{course.id}/enroll", auth=stranger, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_enrollment_and_idempotent_response_are_committed_together(client, stranger, course, separate_session):
    committed = []

    def look(_):
        separate_session.rollback()
        seats = select(func.count()).select_from(Enrollment).scalar_subquery()
        committed.append(separate_session.execute(select(seats, IdempotencyKey.status)).one())

    event.listen(db.session, "after_commit", look)
    client.post(f"/courses/{course.id}/enroll", auth=stranger, headers={"Idempotency-Key": "enrol me once"})
    event.remove(db.session, "after_commit", look)

    assert committed[0] == (0, None)
    assert set(committed[1:]) == {(1, 201)}


def test_a_draft_is_not_found(client, stranger, draft_course):
    assert enroll(client, stranger, draft_course).status_code == 404


def test_an_unknown_course_is_not_found(client, stranger):
    assert client.post(f"/courses/{'0' * 24}/enroll", auth=stranger).status_code == 404


def test_an_archived_course_accepts_no_enrollment(client, stranger, course):
    archive(course)

    response = enroll(client, stranger, course)

    assert (response.status_code, response.json["code"]) == (409, "course_archived")


@pytest.mark.parametrize("ended", [{"status": SeatStatus.WITHDRAWN}, {"expires_at": now() - timedelta(seconds=1)}])
def test_an_ended_enrollment_is_renewed_in_the_current_version(client, stranger, owner, course, ended):
    seat = make_seat(stranger, course, enrolled_at=now() - timedelta(days=9), **ended)
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.commit()

    response = enroll(client, stranger, course)

    assert (response.status_code, response.json["id"]) == (201, seat.id)
    assert (response.json["status"], response.json["expires_at"], response.json["course_version"]) == (
        "active",
        None,
        2,
    )


def test_an_event_is_recorded(client, stranger, course, separate_session):
    response = enroll(client, stranger, course)

    event = separate_session.scalars(select(Event).where(Event.type == "enrollment.created")).one()
    assert event.data["enrollment_id"] == response.json["id"]
    assert (event.data["user_id"], event.data["course_id"]) == (stranger.id, course.id)


def test_one_of_fifty_concurrent_requests_enrolls(app, stranger, course, separate_session, monkeypatch):
    # A web process has a connection per thread; fifty threads here share five, and on a busy machine wait for longer than 1 s.
    monkeypatch.setattr(db.engine.pool, "_timeout", 30)
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: enroll(app.test_client(), stranger, course), range(50)))

    assert sorted(response.status_code for response in responses) == [201] + [409] * 49
    assert len(separate_session.scalars(select(Enrollment)).all()) == 1


def test_the_configuration_may_require_a_verified_address(client, stranger, course, require_verified, accounts):
    require_verified("enroll")
    refused = enroll(client, stranger, course)
    client.post("/auth/verify-email", json={"token": accounts.token(Purpose.VERIFY_EMAIL, stranger)})

    assert (refused.status_code, refused.json["code"]) == (403, "email_unverified")
    assert enroll(client, stranger, course).status_code == 201


def test_an_administrator_enrolls_whom_they_like(client, admin, stranger, course, require_verified):
    require_verified("enroll")

    body = {"user_id": stranger.id, "course_id": course.id}
    assert client.post("/admin/enrollments", json=body, auth=admin).status_code == 201


def test_who_is_barred_cannot_enroll_until_an_administrator_enrolls_them(client, admin, learner, course, seat):
    client.delete(f"/admin/enrollments/{seat.id}", auth=admin)
    refused = enroll(client, learner, course)
    granted = client.post("/admin/enrollments", json={"user_id": learner.id, "course_id": course.id}, auth=admin).json
    client.delete(f"/admin/enrollments/{granted['id']}", auth=admin)

    assert (refused.status_code, refused.json["code"], refused.json["retry"]) == (403, "enrollment_barred", "never")
    assert granted["sources"] == ["admin"]
    assert enroll(client, learner, course).json["code"] == "enrollment_barred"


def test_a_bar_concerns_one_course_and_one_learner(client, admin, learner, stranger, owner, course, seat):
    other = make_course(owner)
    client.delete(f"/admin/enrollments/{seat.id}", auth=admin)

    assert enroll(client, learner, other).status_code == 201
    assert enroll(client, stranger, course).status_code == 201


def test_who_left_is_not_barred(client, learner, course):
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert enroll(client, learner, course).status_code == 201


def test_a_seat_that_a_group_holds_gets_a_reason_of_its_own(client, stranger, course, separate_session):
    give_to_group(stranger, course)

    responses = enroll(client, stranger, course), enroll(client, stranger, course)

    assert [each.status_code for each in responses] == [201, 409]
    assert (responses[0].json["sources"], responses[1].json["code"]) == (["group", "self"], "already_enrolled")
    assert len(separate_session.scalars(select(Event).where(Event.type == "enrollment.created")).all()) == 1
