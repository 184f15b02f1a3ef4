"""A server that dies between any two steps of a sale: one order, one charge, one seat, and one refund."""

from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from learnstream.models import Order, Refund
from learnstream.services.commerce import event_work
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.commerce.agreement import require_agreement
from tests.commerce.settling import make_due, settle
from tests.commerce.steps import crashing
from tests.factories import Person, make_person
from tests.payments import (
    buy,
    charge_of,
    check_out,
    has_seat,
    make_coupon,
    make_priced_course,
    pay,
    post_event,
    read_order,
    refund,
)


@pytest.fixture
def sold(client, owner, admin):
    """A course with a price."""
    return make_priced_course(client, owner, admin)


def deaths(prepare, work):
    """Prepare and do a work for one buyer after the other, with a server that dies a step later each time.

    Yield each buyer with what was prepared, until a server has lived to the end of the work.
    """
    for step in count(1):
        buyer = make_person()
        prepared = prepare(buyer)
        with crashing(step) as steps:
            work(buyer, prepared)
        make_due()
        yield buyer, prepared
        if not steps.died:
            assert step > 2
            return


def number_of(table, buyer: Person) -> int:
    db.session.rollback()
    orders = select(Order.id).where(Order.user_id == buyer.id)
    which = table.id.in_(orders) if table is Order else table.order_id.in_(orders)
    return db.session.scalar(select(func.count()).select_from(table).where(which))


def test_a_checkout_that_dies_anywhere_is_ordered_once(client, stripe, sold):
    def key_of(_):
        return uuid4().hex

    for buyer, key in deaths(key_of, lambda buyer, key: check_out(client, buyer, sold, key=key)):
        order = check_out(client, buyer, sold, key=key)
        session = pay(stripe, order)
        assert charge_of(stripe, session)["amount"] == 4900
        assert read_order(client, buyer, order["order_id"])["state"] == "paid"
        assert has_seat(buyer, sold)
        assert number_of(Order, buyer) == 1
    settle()
    require_agreement(stripe)


def test_a_checkout_without_payment_that_dies_anywhere_gives_one_seat(client, stripe, sold, admin):
    make_coupon(client, admin, "FREE", percent=100)

    def check_out_free(buyer, key):
        return check_out(client, buyer, sold, key=key, coupon="free")

    for buyer, key in deaths(lambda _: uuid4().hex, check_out_free):
        check_out_free(buyer, key)
        assert has_seat(buyer, sold)
        assert number_of(Order, buyer) == 1
    settle()
    require_agreement(stripe)


def test_granting_from_an_event_that_dies_anywhere_gives_one_seat(client, stripe, sold):
    def receive(buyer):
        pay(stripe, check_out(client, buyer, sold))
        for event in stripe.take_events():
            post_event(client, stripe, event)

    for buyer, _ in deaths(receive, lambda *_: event_work.handle_due()):
        event_work.handle_due()
        assert has_seat(buyer, sold)
    settle()
    require_agreement(stripe)


def test_granting_from_the_return_page_that_dies_anywhere_gives_one_seat(client, stripe, sold):
    def paid(buyer):
        order = check_out(client, buyer, sold)
        pay(stripe, order)
        return order["order_id"]

    for buyer, order_id in deaths(paid, lambda buyer, order_id: read_order(client, buyer, order_id)):
        assert read_order(client, buyer, order_id)["state"] == "paid"
        assert has_seat(buyer, sold)
    settle()
    require_agreement(stripe)


def test_a_refund_that_dies_anywhere_is_made_once(client, stripe, sold, admin):
    def bought(buyer):
        order, _ = buy(client, stripe, buyer, sold)
        return order["id"], uuid4().hex

    def give_back(_, prepared):
        order_id, key = prepared
        refund(client, admin, order_id, key=key, amount=1000)
        outbox.relay()

    for buyer, prepared in deaths(bought, give_back):
        give_back(buyer, prepared)
        settle()
        assert number_of(Refund, buyer) == 1
        assert has_seat(buyer, sold)
    require_agreement(stripe)
