import pytest

from learnstream.models import Enrollment, SeatStatus


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
