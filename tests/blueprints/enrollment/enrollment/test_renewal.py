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
    """A seat that was given a month ago, and is over."""
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
def let_pass(seat):
    """Let it be as if time had passed since the renewal."""

    def let_pass(days):
        held = db.session.get(Enrollment, seat.id, populate_existing=True)
        held.enrolled_at, held.expires_at = now() - timedelta(days=days), now() - timedelta(seconds=1)
        entitlements.seat_changed(held.user_id, held.course_id)
        db.session.commit()

    return let_pass


def test_days_go_on_counting_from_the_first_enrolment(renew, is_open):
    assert renew().status_code == 201
    assert is_open()


def test_a_seat_that_is_renewed_twice_counts_from_the_first_enrolment(renew, is_open, let_pass):
    renew()
    let_pass(days=1)

    assert renew().status_code == 201
    assert is_open()


def test_days_count_anew_if_the_renewal_says_so(renew, is_open):
    assert renew(restart=True).status_code == 201
    assert not is_open()


def test_a_restart_is_where_later_renewals_go_on(renew, is_open, let_pass):
    renew(restart=True)
    let_pass(days=8)

    assert renew().status_code == 201
    assert is_open()


@pytest.mark.parametrize("restart", ["maybe", "yes", None, 2, 1])
def test_a_restart_is_yes_or_no(renew, restart):
    answer = renew(restart=restart)

    assert answer.status_code == 422
    assert "restart" in answer.json["errors"]["json"]


def test_who_had_completed_the_course_has_still_completed_it(renew, client, owner, course, stranger, seat):
    db.session.get(Enrollment, seat.id, populate_existing=True).completed_at = FIRST
    db.session.commit()

    answer = renew()

    assert (answer.json["status"], answer.json["completed_at"]) == ("completed", FIRST.isoformat())
    [mine] = client.get("/users/me/enrollments", auth=stranger).json
    assert (mine["status"], mine["completed_at"]) == ("completed", FIRST.isoformat())
    found = {
        status: client.get(f"/courses/{course.id}/learners", query_string={"status": status}, auth=owner).json
        for status in ("completed", "active")
    }
    assert [[learner["user_id"] for learner in page] for page in found.values()] == [[stranger.id], []]
