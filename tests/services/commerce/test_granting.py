"""What becomes of an order when its checkouts say something. The numbers are those of the reports in the plan."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.integrations.payments import CheckoutStatus, PaymentStatus
from learnstream.models import (
    CouponUse,
    CouponUseState,
    Enrollment,
    Event,
    LedgerAccount,
    LedgerEntry,
    Order,
    OrderState,
    OutboxMessage,
    Payment,
    Refund,
    SeatSource,
)
from learnstream.models.coupon import Coupon
from learnstream.services.commerce import granting
from learnstream.services.commerce.order_locks import NoSuchOrder
from learnstream.services.enrollment import enrollments, grants
from learnstream.services.enrollment.grants import Reason
from learnstream.stores.sql import db
from tests.factories import archive, make_person, make_seat, publish
from tests.orders import checkout_of, expired, grants_of, store_order, waiting


@pytest.fixture
def order(stranger, course):
    return store_order(stranger, course)


def settle(order, checkout):
    granting.settle(order.id, checkout)
    db.session.commit()
    return state_of(order)


def state_of(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True).state


def has_seat(order):
    db.session.rollback()
    of_buyer = (Enrollment.user_id == order.user_id, Enrollment.course_id == order.course_id)
    return db.session.scalar(select(Enrollment.id).where(*of_buyer, Enrollment.is_live(now()))) is not None


def rows(table, order):
    db.session.rollback()
    return [*db.session.scalars(select(table).where(table.order_id == order.id).order_by(table.id))]


def recorded(event_type):
    db.session.rollback()
    return [each.data for each in db.session.scalars(select(Event).where(Event.type == event_type))]


def give_coupon(order, state=CouponUseState.HELD):
    coupon = Coupon(code="STARS", code_key="stars", percent=20, created_by=order.user_id)
    db.session.add(coupon)
    db.session.flush()
    order.coupon_id = coupon.id
    db.session.add(CouponUse(coupon_id=coupon.id, order_id=order.id, user_id=order.user_id, state=state))
    db.session.commit()


def use_of(order):
    return rows(CouponUse, order)[0].state


def test_a_paid_checkout_gives_the_seat_and_says_so_once(order):
    checkout = checkout_of(order)

    assert settle(order, checkout) is OrderState.PAID

    assert has_seat(order)
    [payment] = rows(Payment, order)
    assert (payment.vendor_id, payment.amount, payment.currency) == (checkout.payment_id, 4900, "eur")
    assert {entry.account.value: entry.amount for entry in rows(LedgerEntry, order)} == {
        "vendor_balance": 4900,
        "sales": -4900,
    }
    [paid] = recorded("order.paid")
    assert paid == {
        "order_id": order.id,
        "user_id": order.user_id,
        "course_id": order.course_id,
        "amount": 4900,
        "currency": "eur",
    }


def test_report_01_a_repeated_success_renews_nothing(order):
    checkout = checkout_of(order)
    settle(order, checkout)
    grants.end([(order.user_id, order.course_id)], Reason(SeatSource.PAYMENT, order.id))
    db.session.commit()

    assert settle(order, checkout) is OrderState.PAID

    assert not has_seat(order)
    assert len(grants_of(order)) == 1


def test_report_03_webhook_and_return_page_at_once_grant_once(app, order):
    checkout, together = checkout_of(order), Barrier(4)

    def settle_there():
        with app.app_context():
            together.wait()
            return settle(order, checkout)

    with ThreadPoolExecutor(4) as threads:
        states = [each.result(timeout=30) for each in [threads.submit(settle_there) for _ in range(4)]]

    assert states == [OrderState.PAID] * 4
    assert (len(grants_of(order)), len(rows(Payment, order)), len(recorded("order.paid"))) == (1, 1, 1)


def test_report_04_complete_but_unpaid_waits(order):
    assert settle(order, waiting(order)) is OrderState.PENDING
    assert not has_seat(order)
    assert db.session.get_one(Order, order.id).checkout_completed_at is not None

    assert settle(order, checkout_of(order)) is OrderState.PAID
    assert has_seat(order)


def test_a_delayed_payment_that_fails_fails_the_order_and_gives_the_coupon_back(order):
    give_coupon(order)
    checkout = waiting(order)
    settle(order, checkout)

    assert settle(order, replace(checkout, payment_failed=True)) is OrderState.FAILED

    assert not has_seat(order)
    assert use_of(order) is CouponUseState.GIVEN_BACK


def test_report_05_a_total_of_zero_has_no_payment_and_gives_the_seat(stranger, course):
    order = store_order(stranger, course, discount=4900, total=0)
    checkout = checkout_of(order, payment_status=PaymentStatus.NO_PAYMENT_REQUIRED, payment_id=None)

    assert settle(order, checkout) is OrderState.PAID

    assert has_seat(order)
    assert rows(Payment, order) == []
    assert recorded("order.paid")[0]["amount"] == 0


def test_an_order_of_nothing_needs_no_vendor(stranger, course):
    order = store_order(stranger, course, discount=4900, total=0)
    give_coupon(order)

    for _ in range(2):
        granting.settle_free(order.id)
        db.session.commit()

    assert state_of(order) is OrderState.PAID
    assert has_seat(order)
    assert use_of(order) is CouponUseState.KEPT
    assert len(recorded("order.paid")) == 1


def test_an_order_that_costs_something_is_not_free(order):
    with pytest.raises(ValueError, match="not free"):
        granting.settle_free(order.id)


def test_a_free_checkout_does_not_pay_an_order_that_costs_something(order):
    free = checkout_of(order, subtotal=0, total=0, payment_status=PaymentStatus.NO_PAYMENT_REQUIRED, payment_id=None)

    assert settle(order, free) is OrderState.FAILED
    assert not has_seat(order)


def test_report_06_paid_and_seat_share_one_transaction(order, monkeypatch):
    checkout = checkout_of(order)

    def fail(*_, **__):
        raise RuntimeError("the enrollment failed")

    with monkeypatch.context() as broken:
        broken.setattr(grants, "give", fail)
        with pytest.raises(RuntimeError):
            granting.settle(order.id, checkout)
        db.session.rollback()
    assert state_of(order) is OrderState.PENDING
    assert rows(Payment, order) == rows(LedgerEntry, order) == []

    assert settle(order, checkout) is OrderState.PAID
    assert has_seat(order)


def test_report_14_an_abandoned_page_expires_the_order_and_gives_the_coupon_back(order):
    give_coupon(order)

    assert settle(order, expired(order)) is OrderState.EXPIRED

    assert use_of(order) is CouponUseState.GIVEN_BACK


def test_report_14_an_expired_page_cancels_no_order_that_was_paid(order):
    old_page = expired(order)
    settle(order, checkout_of(order))

    assert settle(order, old_page) is OrderState.PAID
    assert has_seat(order)


def test_report_14_an_older_page_of_the_order_expires_nothing(stranger, course):
    order = store_order(stranger, course, checkout_id="cs_test_present", attempt=2)

    assert settle(order, expired(order, id="cs_test_former", attempt=1)) is OrderState.PENDING


@pytest.mark.parametrize("state", [OrderState.EXPIRED, OrderState.FAILED])
def test_report_16_a_late_payment_of_a_closed_order_is_granted(order, state):
    give_coupon(order, CouponUseState.GIVEN_BACK)
    order.state, order.closed_at = state, now()
    db.session.commit()

    assert settle(order, checkout_of(order)) is OrderState.PAID

    assert has_seat(order)
    assert use_of(order) is CouponUseState.KEPT
    assert db.session.get_one(Order, order.id).closed_at is None


def test_report_16_a_late_payment_is_refunded_if_the_course_was_bought_otherwise(stranger, course):
    late = store_order(stranger, course, state=OrderState.EXPIRED)
    other = store_order(stranger, course)
    settle(other, checkout_of(other))

    assert settle(late, checkout_of(late)) is OrderState.EXPIRED

    [refund] = rows(Refund, late)
    assert (refund.amount, refund.state.value, refund.note) == (4900, "requested", "already_bought")
    assert grants_of(late) == []
    assert state_of(other) is OrderState.PAID
    assert [each["order_id"] for each in recorded("order.paid")] == [other.id]


def test_report_16_a_payment_of_somebody_who_is_barred_is_refunded(order, admin, course, stranger):
    make_seat(stranger, course, SeatSource.GROUP)
    seat = db.session.scalar(select(Enrollment).where(Enrollment.user_id == stranger.id))
    enrollments.revoke(seat.id, revoked_by=admin.id)
    db.session.commit()

    assert settle(order, checkout_of(order)) is OrderState.FAILED

    assert [each.note for each in rows(Refund, order)] == ["enrollment_barred"]
    assert not has_seat(order)


def test_somebody_with_a_seat_for_another_reason_gets_the_one_that_was_paid_too(order, course, stranger):
    make_seat(stranger, course, SeatSource.GROUP)

    assert settle(order, checkout_of(order)) is OrderState.PAID

    assert len(grants_of(order)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"subtotal": 100, "total": 100},
        {"currency": "usd"},
        {"total": 4800},
        {"subtotal": 9800, "total": 9800},
        {"subtotal": 4800, "total": 4900, "tax": 100},
    ],
)
def test_what_is_paid_otherwise_than_ordered_gives_no_seat_and_is_refunded(order, changes):
    assert settle(order, checkout_of(order, **changes)) is OrderState.FAILED

    assert not has_seat(order)
    assert [each.note for each in rows(Refund, order)] == ["amount_mismatch"]


@pytest.mark.parametrize("total", [4900, 5831])
def test_with_tax_the_amount_before_it_is_compared(order, total):
    tax = 931 if total > 4900 else 782

    assert settle(order, checkout_of(order, total=total, tax=tax)) is OrderState.PAID

    stored = db.session.get_one(Order, order.id)
    assert (stored.tax, stored.total) == (tax, total)
    assert sum(entry.amount for entry in rows(LedgerEntry, order)) == 0


def test_report_21_a_second_payment_is_refunded_and_the_seat_stays(order):
    settle(order, checkout_of(order))

    assert settle(order, checkout_of(order)) is OrderState.PAID

    _, second = rows(Payment, order)
    [refund] = rows(Refund, order)
    assert (refund.payment_id, refund.note) == (second.id, "paid_twice")
    assert has_seat(order)


def test_report_21_a_second_payment_does_not_use_the_discount_up_again(stranger, course):
    order = store_order(stranger, course, discount=980, total=3920)
    settle(order, checkout_of(order))

    settle(order, checkout_of(order))

    assert [each.amount for each in rows(LedgerEntry, order) if each.account is LedgerAccount.DISCOUNTS] == [980]
    assert sum(each.amount for each in rows(LedgerEntry, order) if each.account is LedgerAccount.SALES) == -8820


def test_the_seat_gets_the_version_of_the_order(order, course, stranger):
    publish(course)

    settle(order, checkout_of(order))

    seat = db.session.scalar(select(Enrollment).where(Enrollment.user_id == stranger.id))
    assert seat.course_version == order.course_version == 1


def test_the_seat_is_given_when_the_course_was_archived_meanwhile(order, course):
    archive(course)

    assert settle(order, checkout_of(order)) is OrderState.PAID
    assert has_seat(order)


def test_the_seat_is_given_while_mongodb_is_away(order, fail_command):
    fail_command("find", "courses", closeConnection=True)

    assert settle(order, checkout_of(order)) is OrderState.PAID
    assert has_seat(order)


def test_an_order_learns_of_its_page_when_no_answer_came(order):
    settle(order, checkout_of(order, id="cs_test_lost", status=CheckoutStatus.OPEN, url="https://pay.example/1"))

    stored = db.session.get_one(Order, order.id)
    assert (stored.state, stored.checkout_id, stored.checkout_url) == (
        OrderState.PENDING,
        "cs_test_lost",
        "https://pay.example/1",
    )


def test_a_checkout_of_another_order_or_mode_settles_nothing(order, course):
    other = store_order(make_person(), course)

    for wrong in (checkout_of(other), checkout_of(order, livemode=True), checkout_of(order, order_id=None)):
        with pytest.raises(granting.WrongOrder):
            granting.settle(order.id, wrong)
        db.session.rollback()

    assert state_of(order) is OrderState.PENDING


@pytest.mark.parametrize("foreign", [{"attempt": 1}, {"attempt": 2}, {"attempt": None}])
@pytest.mark.parametrize(
    "ours",
    [
        *({"checkout_id": "cs_test_ours"}, {"checkout_id": "cs_test_ours", "attempt": 2}, {}),
        *({"discount": 4900, "total": 0, "state": OrderState.PAID}, {"state": OrderState.EXPIRED}),
    ],
)
@pytest.mark.parametrize("reference", [None, "20261128032000000000"])
def test_a_checkout_of_another_system_with_the_same_account_settles_nothing(stranger, course, foreign, ours, reference):
    """Its orders have the same numbers: money of others must neither open a seat nor be refunded, also if ours has no page."""
    order = store_order(stranger, course, **ours)
    state = state_of(order)

    with pytest.raises(granting.ForeignCheckout):
        granting.settle(order.id, checkout_of(order, id="cs_test_theirs", reference=reference, **foreign))

    assert state_of(order) is state
    assert rows(Payment, order) == []


def test_an_order_that_does_not_exist_settles_nothing(order):
    with pytest.raises(NoSuchOrder):
        granting.settle(order.id + 1, checkout_of(order, order_id=order.id + 1))


def test_links_that_the_event_lacks_are_asked_for_and_stored_later(order):
    checkout = checkout_of(order)
    settle(order, checkout)
    assert [each.topic for each in db.session.scalars(select(OutboxMessage))] == ["payment.documents"]

    settle(order, replace(checkout, charge_id="ch_1", receipt_url="https://pay.example/receipt"))
    settle(order, checkout)

    [payment] = rows(Payment, order)
    assert (payment.charge_id, payment.receipt_url) == ("ch_1", "https://pay.example/receipt")


def test_a_closed_order_is_watched_until_no_page_can_be_open(order):
    settle(order, expired(order))

    stored = db.session.get_one(Order, order.id)
    assert stored.next_check_at - stored.created_at == timedelta(hours=26)
