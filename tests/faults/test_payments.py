"""Processes that are killed between any two steps of a sale: one order, one charge, one seat, and one refund."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from learnstream.models import Order, Refund
from learnstream.stores.sql import db
from tests.commerce.agreement import require_agreement
from tests.commerce.settling import make_due, settle
from tests.payments import (
    buy,
    check_out,
    has_seat,
    make_priced_course,
    pay,
    post_event,
    read_order,
    refund,
)

pytestmark = pytest.mark.usefixtures("stripe")


def steps(number, *shown):
    """Return the numbers of so many steps as parameters; all but the `shown` ones are thorough."""
    return pytest.mark.parametrize(
        "step",
        [pytest.param(each, marks=[] if each in shown else pytest.mark.thorough) for each in range(1, number + 1)],
    )


@pytest.fixture
def sold(client, owner, admin):
    return make_priced_course(client, owner, admin)


@pytest.fixture
def killed(kill_process):
    """Send a request, or do what the worker does, in a process that is killed at a step."""

    def killed(step, *request, key="", **body):
        kill_process("pay_and_die", str(step), *request, *([key, json.dumps(body)] if request else []))
        make_due()

    return killed


def require_one_order():
    db.session.rollback()
    assert len(db.session.scalars(select(Order)).all()) == 1


@steps(10, 7)
def test_a_checkout_that_is_killed_is_ordered_once(client, stripe, sold, stranger, killed, step):
    key, path = uuid4().hex, f"/courses/{sold.id}/checkout"
    killed(step, "POST", path, stranger.token, key=key, accept_terms=True)

    order = check_out(client, stranger, sold, key=key)

    pay(stripe, order)
    assert read_order(client, stranger, order["order_id"])["state"] == "paid"
    require_one_order()
    settle()
    require_agreement(stripe)


@steps(6, 5)
def test_granting_that_is_killed_gives_one_seat(client, stripe, sold, stranger, killed, step):
    pay(stripe, check_out(client, stranger, sold))
    for event in stripe.take_events():
        post_event(client, stripe, event)
    killed(step)

    settle()

    assert has_seat(stranger, sold)
    require_agreement(stripe)


@steps(8, 5)
def test_a_return_page_that_is_killed_gives_one_seat(client, stripe, sold, stranger, killed, step):
    order = check_out(client, stranger, sold)
    pay(stripe, order)
    killed(step, "GET", f"/orders/{order['order_id']}", stranger.token)

    assert read_order(client, stranger, order["order_id"])["state"] == "paid"
    assert has_seat(stranger, sold)
    settle()
    require_agreement(stripe)


@steps(10, 8)
def test_a_refund_that_is_killed_is_made_once(client, stripe, sold, stranger, admin, killed, step):
    order, _ = buy(client, stripe, stranger, sold)
    key, body = uuid4().hex, {"reason": "requested_by_customer", "amount": 1000}
    killed(step, "POST", f"/admin/orders/{order['id']}/refund", admin.token, key=key, **body)

    refund(client, admin, order["id"], key=key, amount=1000)
    settle()

    assert len(db.session.scalars(select(Refund)).all()) == 1
    require_agreement(stripe)
