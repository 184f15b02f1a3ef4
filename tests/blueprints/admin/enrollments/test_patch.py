from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import Enrollment
from tests.factories import make_seat

NEXT_YEAR = now() + timedelta(days=365)


def prolong(client, person, seat_id, expires_at):
    return client.patch(f"/admin/enrollments/{seat_id}", auth=person, json={"expires_at": expires_at})


def test_a_seat_can_be_prolonged_and_made_endless(client, admin, seat, fresh):
    first = prolong(client, admin, seat.id, NEXT_YEAR.isoformat())
    second = prolong(client, admin, seat.id, None)

    assert (first.json["expires_at"], second.json["expires_at"]) == (NEXT_YEAR.isoformat(), None)
    fresh.expire_all()
    assert fresh.get(Enrollment, seat.id).expires_at is None


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_everybody_else_is_refused(client, seat, request, person):
    answer = prolong(client, request.getfixturevalue(person), seat.id, None)

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")


def test_a_seat_that_has_ended_cannot_be_prolonged(client, admin, stranger, course):
    seat = make_seat(stranger, course, expires_at=now() - timedelta(seconds=1))

    answer = prolong(client, admin, seat.id, None)

    assert (answer.status_code, answer.json["code"]) == (404, "not_enrolled")


def test_the_end_must_be_named(client, admin, seat):
    answer = client.patch(f"/admin/enrollments/{seat.id}", auth=admin, json={})

    assert list(answer.json["errors"]["json"]) == ["expires_at"]
