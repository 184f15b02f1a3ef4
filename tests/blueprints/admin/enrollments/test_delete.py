from datetime import timedelta

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, SeatGrant, SeatStatus
from tests.factories import give_to_group


def test_an_enrollment_can_be_revoked_once(client, admin, seat, separate_session):
    first, again = (client.delete(f"/admin/enrollments/{seat.id}", auth=admin) for _ in range(2))

    assert (first.status_code, again.status_code) == (204, 404)
    separate_session.expire_all()
    revoked = separate_session.get(Enrollment, seat.id)
    assert (revoked.status, revoked.ended_at) == (SeatStatus.WITHDRAWN, revoked.updated_at)


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_other_users_are_rejected(client, seat, request, person):
    response = client.delete(f"/admin/enrollments/{seat.id}", auth=request.getfixturevalue(person))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")


def test_all_reasons_end(client, admin, learner, course, seat, separate_session):
    give_to_group(learner, course)
    give_to_group(learner, course, group_id=2, starts_at=now() + timedelta(days=1))
    client.delete(f"/admin/enrollments/{seat.id}", auth=admin)

    separate_session.expire_all()
    assert separate_session.scalars(select(SeatGrant.ended_by)).all() == [admin.id] * 3
    assert separate_session.get(Enrollment, seat.id).next_change_at is None
    assert client.get(f"/lessons/{course.text.id}", auth=learner).json["code"] == "not_enrolled"


def test_an_enrollment_that_is_about_to_begin_can_be_revoked(client, admin, stranger, course, separate_session):
    give_to_group(stranger, course, starts_at=now() + timedelta(days=1))
    seat_id = separate_session.scalar(select(Enrollment.id))

    first, again = (client.delete(f"/admin/enrollments/{seat_id}", auth=admin) for _ in range(2))

    assert (first.status_code, again.status_code) == (204, 404)
