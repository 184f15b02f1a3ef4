"""What an order amounts to after refunds and disputes, in whatever order they are told."""

from datetime import timedelta
from itertools import count, permutations

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.refunds import NothingToRefund, PaymentDisputed
from learnstream.integrations.payments import DisputeStatus, RefundReason, RefundStatus, VendorDispute, VendorRefund
from learnstream.models import (
    Enrollment,
    Event,
    EventType,
    GrantState,
    OrderState,
    Refund,
    RefundState,
    SeatGrant,
    SeatSource,
)
from learnstream.services.commerce import disputes, refunds
from learnstream.services.commerce.refunds import PaymentUnknown
from learnstream.services.enrollment import enrollments, grants
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.stores.sql import db
from tests.money import balances, make_order, pay

_number = count(1)
ACCEPTED = (RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION, RefundStatus.SUCCEEDED)


@pytest.fixture
def order(stranger, course):
    """A paid order of the course, with its grant."""
    order = make_order(buyer=stranger, course_id=course.id)
    reason = Reason(SeatSource.PAYMENT, order.id)
    grants.give([(stranger.id, course.id)], reason, versions=open_versions([course.id]))
    db.session.commit()
    return order


@pytest.fixture
def payment(order):
    payment = pay(order)
    db.session.commit()
    return payment


def told(payment, amount=None, status=RefundStatus.SUCCEEDED, **fields):
    """Return what the vendor says of a refund."""
    number = next(_number)
    known = {"id": f"re_told_{number}", "charge_id": None, "refund_id": None, "failure_reason": None}
    return VendorRefund(
        **known
        | {"payment_id": payment.vendor_id, "amount": payment.amount if amount is None else amount}
        | {"currency": payment.currency, "status": status, "created_at": now()}
        | fields
    )


def again(vendor, status):
    return VendorRefund(**{name: getattr(vendor, name) for name in VendorRefund.__slots__} | {"status": status})


def tell(*news):
    for each in news:
        refunds.apply(each)
        db.session.commit()


def claim(payment, status, amount=None, vendor_id="du_told"):
    return VendorDispute(
        id=vendor_id,
        payment_id=payment.vendor_id,
        charge_id="ch_unknown",
        amount=payment.amount if amount is None else amount,
        currency=payment.currency,
        status=DisputeStatus(status),
        reason="fraudulent",
        due_by=None,
        created_at=now(),
    )


def dispute(payment, *statuses, **fields):
    """Tell of a dispute that moves through statuses, a second each."""
    for place, status in enumerate(statuses):
        disputes.apply(claim(payment, status, **fields), now() + timedelta(seconds=place))
        db.session.commit()


def grant_of(order):
    db.session.rollback()
    return db.session.scalar(select(SeatGrant).where(SeatGrant.source_id == order.id)).state(now())


def is_seated(order):
    ours = (Enrollment.user_id == order.user_id, Enrollment.course_id == order.course_id)
    return db.session.scalar(select(Enrollment.id).where(*ours, Enrollment.is_live(now()))) is not None


def figures(order):
    """Return the state of an order, of its grant, and what the vendor has of it."""
    return order.state, grant_of(order), balances(order).get("vendor_balance", 0)


@pytest.mark.parametrize("status", ACCEPTED)
def test_a_full_refund_ends_the_grant_of_its_order(order, payment, status):
    tell(told(payment, status=status))

    assert figures(order) == (OrderState.REFUNDED, GrantState.ENDED, 0)
    assert order.closed_at is not None
    assert not is_seated(order)


def test_another_reason_for_the_seat_stays(order, payment, stranger, course, admin):
    enrollments.grant(user_id=stranger.id, course_id=course.id, expires_at=None, granted_by=admin.id)
    db.session.commit()

    tell(told(payment))

    assert grant_of(order) is GrantState.ENDED
    assert is_seated(order)


def test_report_20_each_refund_counts_once_and_only_with_its_own_amount(order, payment):
    first, second, third = (told(payment, amount) for amount in (1000, 1500, 2400))

    tell(first, first, second, first, second)
    assert figures(order) == (OrderState.PARTLY_REFUNDED, GrantState.LIVE, 2400)
    tell(third, second, third)

    assert figures(order) == (OrderState.REFUNDED, GrantState.ENDED, 0)
    assert db.session.query(Refund).count() == 3
    assert db.session.query(Event).filter(Event.type == EventType.ORDER_REFUNDED).count() == 3


def test_report_20_the_rest_can_be_refunded_after_a_part(order, payment):
    tell(told(payment, 1000))

    rest = refunds.request(payment, requested_by=1)

    assert rest.amount == 3900


def test_report_21_the_refund_of_a_second_payment_leaves_the_access(order, payment):
    second = pay(order, checkout_id="cs_second")
    automatic = refunds.request(second, reason=RefundReason.DUPLICATE)
    db.session.commit()

    tell(told(second, refund_id=automatic.id))

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)


def test_report_21_both_payments_refunded_end_the_access_whichever_came_first(order, payment):
    second = pay(order, checkout_id="cs_second")
    db.session.commit()

    tell(told(payment))
    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)
    automatic = refunds.request(second, reason=RefundReason.DUPLICATE)
    db.session.commit()
    tell(told(second, refund_id=automatic.id))

    assert figures(order) == (OrderState.REFUNDED, GrantState.ENDED, 0)


def test_report_22_a_refund_is_recognized_by_the_id_that_it_carries(order, payment):
    ours = refunds.request(payment, amount=1000, requested_by=1)
    db.session.commit()

    tell(told(payment, 1000), told(payment, 1000, refund_id=ours.id))

    found = db.session.scalars(select(Refund).order_by(Refund.id)).all()
    assert [(each.id, each.requested_by, each.state) for each in found] == [
        (ours.id, 1, RefundState.SUCCEEDED),
        (found[1].id, None, RefundState.SUCCEEDED),
    ]


@pytest.mark.parametrize("change", [{"amount": 999}, {"refund_id": 10**15}])
def test_report_22_an_id_that_does_not_fit_is_not_believed(order, payment, change):
    ours = refunds.request(payment, amount=1000, requested_by=1)
    db.session.commit()

    tell(told(payment, **{"amount": 1000, "refund_id": ours.id} | change))

    assert db.session.get(Refund, ours.id).state is RefundState.REQUESTED
    assert db.session.query(Refund).count() == 2


def test_a_refund_of_a_payment_that_is_not_known_waits(app, payment):
    with pytest.raises(PaymentUnknown):
        refunds.apply(told(payment, payment_id="pi_of_others"))


def test_report_23_whoever_has_the_seat_that_was_paid_for_loses_it(learner, order, payment):
    """Nothing can be bought for somebody else: the grant that names the order is the buyer's, and it alone ends."""
    tell(told(payment))

    given = db.session.scalars(select(SeatGrant).where(SeatGrant.source == SeatSource.PAYMENT)).all()
    assert [(each.user_id, each.state(now())) for each in given] == [(order.user_id, GrantState.ENDED)]
    live = select(Enrollment.user_id).where(Enrollment.course_id == order.course_id, Enrollment.is_live(now()))
    assert db.session.scalars(live).all() == [learner.id]


def test_keep_seat_keeps_it(order, payment):
    ours = refunds.request(payment, requested_by=1, keep_seat=True)
    db.session.commit()

    tell(told(payment, refund_id=ours.id))

    assert figures(order) == (OrderState.REFUNDED, GrantState.LIVE, 0)


@pytest.mark.parametrize(("first", "last", "grant"), [(True, False, GrantState.ENDED), (False, True, GrantState.LIVE)])
def test_of_several_parts_the_last_decides_about_the_seat(order, payment, first, last, grant):
    for amount, keep_seat in ((1000, first), (None, last)):
        ours = refunds.request(payment, amount=amount, requested_by=1, keep_seat=keep_seat)
        db.session.commit()
        tell(told(payment, ours.amount, refund_id=ours.id))

    assert figures(order) == (OrderState.REFUNDED, grant, 0)


@pytest.mark.parametrize("failure", [RefundStatus.FAILED, RefundStatus.CANCELED])
def test_a_refund_that_fails_later_gives_state_money_and_seat_back(order, payment, failure):
    refund = told(payment)

    tell(refund, again(refund, failure), refund, again(refund, failure))

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)
    assert order.closed_at is None
    assert is_seated(order)


def test_news_of_a_refund_come_in_any_order(order, payment):
    for statuses in permutations([RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED]):
        refund = told(payment, 100)
        tell(*(again(refund, status) for status in statuses))

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)
    assert {each.state for each in db.session.scalars(select(Refund))} == {RefundState.FAILED}


def test_a_failed_refund_does_not_lift_a_bar(order, payment, admin):
    refund = told(payment)
    tell(refund)
    enrollment = db.session.scalar(select(Enrollment))
    enrollments.grant(user_id=order.user_id, course_id=order.course_id, expires_at=None, granted_by=admin.id)
    db.session.commit()
    enrollments.revoke(enrollment.id, revoked_by=admin.id)
    db.session.commit()

    tell(again(refund, RefundStatus.FAILED))

    assert not is_seated(order)


def test_a_refund_that_was_refused_to_us_but_made_counts(order, payment):
    ours = refunds.request(payment, requested_by=1)
    refunds.refuse(ours.id, "charge_already_refunded")
    db.session.commit()

    tell(told(payment, refund_id=ours.id))

    assert figures(order) == (OrderState.REFUNDED, GrantState.ENDED, 0)
    assert db.session.query(Refund).count() == 1


def test_an_unknown_status_changes_nothing(order, payment):
    tell(told(payment, status=RefundStatus.UNKNOWN))

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)


def test_refunds_that_are_under_way_count_against_what_is_left(order, payment):
    refunds.request(payment, amount=4000, requested_by=1)

    with pytest.raises(Unprocessable):
        refunds.request(payment, amount=901, requested_by=1)
    assert refunds.request(payment, requested_by=1).amount == 900
    with pytest.raises(NothingToRefund):
        refunds.request(payment, requested_by=1)


def test_one_of_two_requests_at_once_gets_what_is_left(order, payment, at_once):
    def ask():
        refund = refunds.request(payment, amount=3000, requested_by=1)
        db.session.commit()
        return refund

    results = at_once(ask, ask)

    assert sorted(type(each).__name__ for each in results) == ["Refund", "Unprocessable"]


@pytest.mark.parametrize("currency", ["kwd", "isk"])
def test_parts_are_what_the_currency_can_be_charged_in(stranger, currency):
    payment = pay(make_order(500_000, currency, buyer=stranger))

    with pytest.raises(Unprocessable):
        refunds.request(payment, amount=1005, requested_by=1)


# --- disputes

SUSPENDING = ("needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review")
HARMLESS = ("warning_needs_response", "warning_under_review", "warning_closed", "won", "prevented", "unknown")


@pytest.mark.parametrize("status", SUSPENDING)
def test_a_dispute_suspends_the_grant(order, payment, status):
    dispute(payment, status)

    assert figures(order) == (OrderState.DISPUTED, GrantState.SUSPENDED, 0)
    assert not is_seated(order)


@pytest.mark.parametrize("status", HARMLESS)
def test_an_inquiry_does_not(order, payment, status):
    dispute(payment, status)

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)


def test_report_24_lost_keeps_it_suspended_and_a_later_win_restores_it(order, payment):
    dispute(payment, "needs_response", "under_review", "lost")
    assert figures(order) == (OrderState.DISPUTED, GrantState.SUSPENDED, 0)

    dispute(payment, "won")

    assert figures(order) == (OrderState.PAID, GrantState.LIVE, 4900)
    assert is_seated(order)


def test_report_24_won_then_lost_closes_access(order, payment):
    dispute(payment, "needs_response", "won", "lost")

    assert figures(order) == (OrderState.DISPUTED, GrantState.SUSPENDED, 0)


def test_an_unknown_status_leaves_the_last_one(order, payment):
    dispute(payment, "lost", "unknown")

    assert figures(order) == (OrderState.DISPUTED, GrantState.SUSPENDED, 0)


def test_a_partly_disputed_payment_can_be_refunded_for_the_rest(order, payment):
    dispute(payment, "needs_response", amount=4000)

    assert refunds.request(payment, requested_by=1).amount == 900


def test_a_fully_disputed_payment_cannot_be_refunded(order, payment):
    dispute(payment, "needs_response")

    with pytest.raises(PaymentDisputed):
        refunds.request(payment, requested_by=1)


def test_a_dispute_of_a_refunded_payment_lets_the_order_stay_refunded(order, payment):
    tell(told(payment))
    dispute(payment, "needs_response", "lost")

    assert (order.state, grant_of(order)) == (OrderState.REFUNDED, GrantState.ENDED)


def test_an_own_seat_stays_while_the_order_is_disputed(order, payment, stranger, course, admin):
    enrollments.grant(user_id=stranger.id, course_id=course.id, expires_at=None, granted_by=admin.id)
    db.session.commit()

    dispute(payment, "lost")

    assert is_seated(order)


@pytest.mark.parametrize(
    ("before", "meanwhile", "standing"),
    [
        ((), ("needs_response",), GrantState.SUSPENDED),
        ((), ("needs_response", "won"), GrantState.LIVE),
        (("needs_response",), (), GrantState.SUSPENDED),
        (("needs_response",), ("won",), GrantState.LIVE),
    ],
)
def test_after_a_refund_that_failed_a_dispute_decides(order, payment, before, meanwhile, standing):
    refund = told(payment)
    dispute(payment, *before)
    tell(refund)
    dispute(payment, *before, *meanwhile)
    assert grant_of(order) is GrantState.ENDED
    tell(again(refund, RefundStatus.FAILED))

    assert grant_of(order) is standing
    assert is_seated(order) is (standing is GrantState.LIVE)
