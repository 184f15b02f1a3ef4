"""A seat that is renewed: by its learner or an administrator, after it was withdrawn or has expired."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import Enrollment
from learnstream.policies import entitlements
from learnstream.stores.sql import db
from tests.factories import make_seat, order

FIRST = now() - timedelta(days=30)


@pytest.fixture
def course(owner, course):
    """A course that opens a week after each learner's enrollment."""
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 7}})
    return course


@pytest.fixture(params=["withdrawn", "expired"])
def seat(request, client, course, stranger):
    """A seat that was granted a month ago, and has ended."""
    if request.param == "expired":
        return make_seat(stranger, course, enrolled_at=FIRST, expires_at=now() - timedelta(days=1))
    seat = make_seat(stranger, course, enrolled_at=FIRST)
    client.delete(f"/courses/{course.id}/enroll", auth=stranger)
    return seat


@pytest.fixture(params=["by its learner", "by an administrator"])
def renew(request, client, admin, course, stranger, seat):
    def renew(**body):
        if request.param == "by its learner":
            return client.post(f"/courses/{course.id}/enroll", json=body, auth=stranger)
        return client.post(
            "/admin/enrollments", json={"user_id": stranger.id, "course_id": course.id} | body, auth=admin
        )

    return renew


@pytest.fixture
def is_open(client, course, stranger):
    return lambda: client.get(f"/lessons/{course.text.id}", auth=stranger).status_code == 200


@pytest.fixture
def pass_days(seat):
    """Move the renewal into the past."""

    def pass_days(days):
        held = db.session.get(Enrollment, seat.id, populate_existing=True)
        held.enrolled_at, held.expires_at = now() - timedelta(days=days), now() - timedelta(seconds=1)
        entitlements.seat_changed(held.user_id, held.course_id)
        db.session.commit()

    return pass_days


def test_release_days_count_from_the_first_enrollment(renew, is_open):
    assert renew().status_code == 201
    assert is_open()


def test_release_days_count_from_the_first_enrollment_after_two_renewals(renew, is_open, pass_days):
    renew()
    pass_days(days=1)

    assert renew().status_code == 201
    assert is_open()


def test_release_days_restart_on_request(renew, is_open):
    assert renew(restart=True).status_code == 201
    assert not is_open()


def test_later_renewals_continue_from_a_restart(renew, is_open, pass_days):
    renew(restart=True)
    pass_days(days=8)

    assert renew().status_code == 201
    assert is_open()


@pytest.mark.parametrize("restart", ["maybe", "yes", None, 2, 1])
def test_restart_must_be_a_boolean(renew, restart):
    response = renew(restart=restart)

    assert response.status_code == 422
    assert "restart" in response.json["errors"]["json"]


def test_a_renewal_keeps_the_completion_of_the_course(renew, client, owner, course, stranger, seat):
    db.session.get(Enrollment, seat.id, populate_existing=True).completed_at = FIRST
    db.session.commit()

    response = renew()

    assert (response.json["status"], response.json["completed_at"]) == ("completed", FIRST.isoformat())
    [mine] = client.get("/users/me/enrollments", auth=stranger).json
    assert (mine["status"], mine["completed_at"]) == ("completed", FIRST.isoformat())
    found = {
        status: client.get(f"/courses/{course.id}/learners", query_string={"status": status}, auth=owner).json
        for status in ("completed", "active")
    }
    assert [[learner["user_id"] for learner in page] for page in found.values()] == [[stranger.id], []]
