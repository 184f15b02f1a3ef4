from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import Enrollment
from tests.factories import make_seat

NEXT_YEAR = now() + timedelta(days=365)


def extend(client, person, seat_id, expires_at):
    return client.patch(f"/admin/enrollments/{seat_id}", auth=person, json={"expires_at": expires_at})


def test_an_enrollment_can_be_extended_and_made_unlimited(client, admin, seat, separate_session):
    first = extend(client, admin, seat.id, NEXT_YEAR.isoformat())
    second = extend(client, admin, seat.id, None)

    assert (first.json["expires_at"], second.json["expires_at"]) == (NEXT_YEAR.isoformat(), None)
    separate_session.expire_all()
    assert separate_session.get(Enrollment, seat.id).expires_at is None


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_other_users_are_rejected(client, seat, request, person):
    response = extend(client, request.getfixturevalue(person), seat.id, None)

    assert (response.status_code, response.json["code"]) == (403, "admins_only")


def test_an_ended_enrollment_cannot_be_extended(client, admin, stranger, course):
    seat = make_seat(stranger, course, expires_at=now() - timedelta(seconds=1))

    response = extend(client, admin, seat.id, None)

    assert (response.status_code, response.json["code"]) == (404, "not_enrolled")


def test_the_end_is_required(client, admin, seat):
    response = client.patch(f"/admin/enrollments/{seat.id}", auth=admin, json={})

    assert list(response.json["errors"]["json"]) == ["expires_at"]
