"""POST /courses/{id}/enroll in a course that has a price."""

import pytest

from learnstream.models import Enrollment, SeatSource
from learnstream.stores.sql import db
from tests.factories import archive, give_to_group, make_course, make_seat
from tests.payments import PRICE, buy, check_out, make_priced_course, sell


@pytest.fixture
def priced(client, stripe, owner, admin):
    return make_priced_course(client, owner, admin)


def enroll(client, course, person):
    return client.post(f"/courses/{course.id}/enroll", auth=person)


def test_a_priced_course_is_not_given_for_nothing(client, priced, stranger):
    refused = enroll(client, priced, stranger)

    assert (refused.status_code, refused.json["code"]) == (402, "payment_required")
    assert refused.json["checkout"] == f"/courses/{priced.id}/checkout"
    assert refused.json["price"] == PRICE
    assert db.session.query(Enrollment).count() == 0


def test_the_path_of_the_refusal_is_the_checkout(client, priced, stranger):
    path = enroll(client, priced, stranger).json["checkout"]

    assert client.post(path, json={"accept_terms": True}, auth=stranger).status_code == 201


def test_a_buyer_is_enrolled_and_need_not_pay_again(client, stripe, priced, stranger):
    buy(client, stripe, stranger, priced)

    again = enroll(client, priced, stranger)

    assert (again.status_code, again.json["code"]) == (409, "already_enrolled")


def test_buying_adds_no_reason_of_ones_own_that_a_refund_would_leave(client, stripe, priced, stranger):
    buy(client, stripe, stranger, priced)
    enroll(client, priced, stranger)

    [seat] = db.session.query(Enrollment).all()
    assert seat.sources == [SeatSource.PAYMENT]


def test_members_of_a_group_get_no_free_seat_that_would_outlast_the_groups(client, priced, stranger):
    give_to_group(stranger, priced)

    assert enroll(client, priced, stranger).json["code"] == "already_enrolled"


def test_learners_of_a_free_course_keep_their_seat_when_it_gets_a_price(client, stripe, owner, admin, stranger):
    course = make_course(owner)
    make_seat(stranger, course)
    sell(client, course, admin)

    assert enroll(client, course, stranger).json["code"] == "already_enrolled"
    assert client.delete(f"/courses/{course.id}/enroll", auth=stranger).status_code == 204
    assert enroll(client, course, stranger).status_code == 402


def test_administrators_give_seats_in_priced_courses(client, priced, admin, stranger):
    body = {"user_id": stranger.id, "course_id": str(priced.id)}

    assert client.post("/admin/enrollments", json=body, auth=admin).status_code == 201
    assert check_out(client, stranger, priced, status=409)["code"] == "already_enrolled"


def test_who_is_barred_is_told_so_before_paying(client, priced, admin, stranger):
    body = {"user_id": stranger.id, "course_id": str(priced.id)}
    seat = client.post("/admin/enrollments", json=body, auth=admin).json
    client.delete(f"/admin/enrollments/{seat['id']}", auth=admin)

    assert enroll(client, priced, stranger).json["code"] == "enrollment_barred"
    assert check_out(client, stranger, priced, status=403)["code"] == "enrollment_barred"


def test_an_archived_course_is_not_sold(client, priced, stranger):
    archive(priced)

    assert enroll(client, priced, stranger).json["code"] == "course_archived"
    assert check_out(client, stranger, priced, status=409)["code"] == "course_archived"
