"""Coupons at checkout: what they take off, and how their uses are counted."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.errors.accounts import TooManyFailures
from learnstream.errors.coupons import (
    CouponLeavesTooLittle,
    CouponNotForCourse,
    CouponNotForCurrency,
    CouponUnknown,
    CouponUsedByBuyer,
    CouponUsedUp,
)
from learnstream.models import Coupon, CouponUse, CouponUseState, OrderState
from learnstream.services.commerce import coupons
from learnstream.stores.sql import db
from learnstream.text import folding
from learnstream.text.money import Money
from tests.factories import make_person
from tests.money import COURSE_ID, make_order

PRICE = Money(4900, "eur")


def make_coupon(code="STARS", **columns):
    discount = columns if columns.keys() & {"percent", "amount_off"} else {"percent": 20, **columns}
    coupon = Coupon(code=code, code_key=folding.caseless(code), created_by=1, **discount)
    db.session.add(coupon)
    db.session.commit()
    return coupon


def quote(buyer, code="STARS", price=PRICE, course_id=COURSE_ID):
    return coupons.quote(code, user_id=buyer.id, course_id=course_id, subtotal=price)


def open_order(coupon, buyer=None, **columns):
    order = make_order(buyer=buyer, coupon_id=coupon.id, state=OrderState.PENDING, paid_at=None, **columns)
    coupons.hold(order, coupon)
    db.session.commit()
    return order


def state_of(order):
    return db.session.scalar(db.select(CouponUse.state).where(CouponUse.order_id == order.id))


@pytest.mark.parametrize("code", ["STARS", "stars", " Stars "])
def test_codes_have_no_case(stranger, code):
    make_coupon()

    assert quote(stranger, code).due == Money(3920, "eur")


@pytest.mark.parametrize(
    ("terms", "price", "discount"),
    [
        ({"percent": 20}, (4900, "eur"), 980),
        ({"percent": 33}, (4999, "eur"), 1649),  # 1649.67
        ({"percent": 99}, (5000, "eur"), 4950),
        ({"percent": 100}, (4999, "eur"), 4999),
        ({"percent": 15}, (999, "jpy"), 149),  # 149.85
        ({"percent": 33}, (4990, "kwd"), 1640),  # 1646.7: the last digit must be 0
        ({"percent": 33}, (499_900, "isk"), 164_900),  # 164967: whole krónur
        ({"amount_off": 1000, "currency": "eur"}, (4900, "eur"), 1000),
        ({"amount_off": 9999, "currency": "eur"}, (4900, "eur"), 4900),
    ],
)
def test_discounts_are_rounded_down_to_what_can_be_charged(stranger, terms, price, discount):
    make_coupon(**terms)

    found = quote(stranger, price=Money(*price))

    assert (found.discount, found.due) == (discount, Money(price[0] - discount, price[1]))


@pytest.mark.parametrize(
    ("terms", "price"),
    [
        ({"percent": 99}, (4900, "eur")),
        ({"percent": 99}, (50, "eur")),
        ({"amount_off": 4851, "currency": "eur"}, (4900, "eur")),
        ({"percent": 90}, (400, "jpy")),
    ],
)
def test_more_than_nothing_but_less_than_can_be_charged_is_refused(stranger, terms, price):
    make_coupon(**terms)

    with pytest.raises(CouponLeavesTooLittle):
        quote(stranger, price=Money(*price))


def test_an_amount_is_not_taken_off_another_currency(stranger):
    make_coupon(amount_off=1000, currency="eur")

    with pytest.raises(CouponNotForCurrency):
        quote(stranger, price=Money(4900, "usd"))


def test_a_coupon_is_for_its_courses(stranger):
    make_coupon(course_ids=["a" * 24])

    with pytest.raises(CouponNotForCourse):
        quote(stranger)
    assert quote(stranger, course_id="a" * 24).discount == 980


@pytest.mark.parametrize(
    "columns",
    [
        {"starts_at": timedelta(minutes=1)},
        {"ends_at": timedelta(0)},
        {"archived_at": timedelta(0)},
    ],
)
def test_what_is_not_valid_now_looks_like_what_does_not_exist(stranger, columns):
    make_coupon(**{name: now() + later for name, later in columns.items()})

    with pytest.raises(CouponUnknown):
        quote(stranger)


def test_guessing_codes_is_throttled(app, stranger, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    make_coupon()
    for number in range(coupons.GUESSES.failures):
        with pytest.raises(CouponUnknown):
            quote(stranger, f"GUESS-{number}")

    with pytest.raises(TooManyFailures):
        quote(stranger)
    assert quote(make_person()).discount == 980


def test_report_26_a_use_is_held_by_an_open_order_and_given_back_when_it_expires(stranger):
    coupon = make_coupon(max_uses=1)
    order = open_order(coupon)
    with pytest.raises(CouponUsedUp):
        quote(stranger)

    coupons.give_back(order)

    assert quote(stranger).discount == 980


def test_report_26_the_use_of_a_paid_order_is_never_given_back(stranger):
    order = open_order(make_coupon(max_uses=1))

    coupons.keep(order)
    coupons.give_back(order)

    assert state_of(order) is CouponUseState.KEPT
    with pytest.raises(CouponUsedUp):
        quote(stranger)


def test_report_26_a_late_payment_counts_the_use_that_was_given_back(app):
    coupon = make_coupon(max_uses=1)
    late = open_order(coupon)
    coupons.give_back(late)
    other = open_order(coupon)

    coupons.keep(late)
    coupons.keep(other)

    assert {state_of(late), state_of(other)} == {CouponUseState.KEPT}


def test_each_buyer_may_use_it_so_often(stranger):
    coupon = make_coupon(max_uses_per_user=1)
    open_order(coupon, stranger, course_id="b" * 24)

    with pytest.raises(CouponUsedByBuyer):
        quote(stranger)
    assert quote(make_person()).discount == 980


def test_the_open_order_of_the_same_course_does_not_count(stranger):
    coupon = make_coupon(max_uses=1)
    order = open_order(coupon, stranger)

    assert quote(stranger).discount == 980
    coupons.hold(order, coupon)
    assert state_of(order) is CouponUseState.HELD


def test_the_last_use_is_held_by_one_of_two_orders_at_once(app, at_once):
    coupon = make_coupon(max_uses=1)
    orders = [make_order(coupon_id=coupon.id, state=OrderState.PENDING) for _ in range(2)]
    db.session.commit()
    waiting = iter(orders)

    def hold():
        order = next(waiting)
        try:
            coupons.hold(order, coupon)
            db.session.commit()
        except CouponUsedUp:
            return False
        return True

    assert sorted(at_once(hold, hold)) == [False, True]


def test_an_archived_coupon_is_not_held(stranger):
    coupon = make_coupon()
    order = make_order(coupon_id=coupon.id, state=OrderState.PENDING)
    db.session.commit()
    coupon.archived_at = now()
    db.session.commit()

    with pytest.raises(CouponUnknown):
        coupons.hold(order, coupon)
