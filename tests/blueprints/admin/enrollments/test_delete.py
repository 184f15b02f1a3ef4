import pytest

from learnstream.models import Enrollment, SeatStatus


def test_any_seat_can_be_taken_back_once(client, admin, seat, fresh):
    first, again = (client.delete(f"/admin/enrollments/{seat.id}", auth=admin) for _ in range(2))

    assert (first.status_code, again.status_code) == (204, 404)
    fresh.expire_all()
    revoked = fresh.get(Enrollment, seat.id)
    assert (revoked.status, revoked.ended_at) == (SeatStatus.WITHDRAWN, revoked.updated_at)


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_everybody_else_is_refused(client, seat, request, person):
    answer = client.delete(f"/admin/enrollments/{seat.id}", auth=request.getfixturevalue(person))

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
