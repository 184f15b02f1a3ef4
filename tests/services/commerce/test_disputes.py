"""Disputes at the vendor's emulator: their events in any order, and refunds of what is disputed."""

import random

import pytest
from sqlalchemy import select

from devstack.stripe.disputes import DISPUTE
from devstack.stripe.payments import CHARGE
from learnstream.clock import now
from learnstream.integrations.payments import VendorDispute, current_payments
from learnstream.models import Dispute, GrantState, LedgerAccount, Order, OrderState
from learnstream.services.commerce import disputes, granting, standing
from learnstream.stores.sql import db
from tests.money import balances
from tests.orders import open_page, store_order

STATES = {
    "won": (OrderState.PAID, GrantState.LIVE),
    "lost": (OrderState.DISPUTED, GrantState.SUSPENDED),
    "appeal_under_review": (OrderState.DISPUTED, GrantState.SUSPENDED),
    "warning_closed": (OrderState.PAID, GrantState.LIVE),
}


@pytest.fixture
def order(stripe, stranger, course):
    return store_order(stranger, course)


@pytest.fixture
def charge_id(stripe, order):
    """The charge of the order's payment, which has given the seat."""
    page = open_page(order)
    session = stripe.pay(page)
    granting.settle(order.id, current_payments().find_checkout(page))
    db.session.commit()
    [charge] = stripe.context.store.find(CHARGE, payment_intent=session["payment_intent"])
    stripe.take_events()
    return charge["id"]


def told(stripe):
    """Return the events of disputes that the vendor would post."""
    events = [current_payments().read_event(each.body) for each in stripe.take_events()]
    return [each for each in events if isinstance(each.object, VendorDispute)]


def apply(events):
    for each in events:
        disputes.apply(each.object, each.created_at)
        db.session.commit()


def standing_of(order):
    db.session.rollback()
    state = db.session.get_one(Order, order.id, populate_existing=True).state
    return state, standing.grant_of(order.id).state(now())


@pytest.mark.parametrize("last", STATES)
@pytest.mark.parametrize("seed", range(4))
def test_report_24_events_in_any_order_end_where_the_bank_does(stripe, order, charge_id, last, seed):
    dispute = stripe.dispute(charge_id)
    for status in ("under_review", "won", "lost", "under_review", last):
        stripe.move_dispute(dispute["id"], status)
    events = told(stripe)
    random.Random(seed).shuffle(events)

    apply([*events, *events[:3]])

    assert standing_of(order) == STATES[last]
    assert db.session.scalars(select(Dispute.status)).all() == [last]


def test_report_24_each_event_in_its_time(stripe, order, charge_id):
    dispute = stripe.dispute(charge_id)
    apply(told(stripe))
    assert standing_of(order) == STATES["lost"]
    for status in ("won", "lost", "won"):
        stripe.move_dispute(dispute["id"], status)
        apply(told(stripe))
        assert standing_of(order) == STATES[status]


def test_an_inquiry_that_becomes_a_dispute_suspends(stripe, order, charge_id):
    dispute = stripe.dispute(charge_id, inquiry=True)
    apply(told(stripe))
    assert standing_of(order) == STATES["won"]

    stripe.move_dispute(dispute["id"], "needs_response")
    apply(told(stripe))

    assert standing_of(order) == STATES["lost"]


def test_an_older_event_is_compared_with_the_vendor(stripe, order, charge_id):
    dispute = stripe.dispute(charge_id)
    [opened] = [each for each in told(stripe) if each.type == "charge.dispute.created"]
    stripe.move_dispute(dispute["id"], "won")
    [won] = [each for each in told(stripe) if each.type == "charge.dispute.closed"]

    apply([won, opened])

    assert standing_of(order) == STATES["won"]


def test_an_older_event_does_not_bring_an_older_amount_back(stripe, order, charge_id):
    dispute = stripe.dispute(charge_id)
    opened = next(each for each in told(stripe) if each.type == "charge.dispute.created")
    changed = stripe.context.load(DISPUTE, dispute["id"]) | {"amount": 1000}
    with stripe.context.store.transaction():
        stripe.context.save(DISPUTE, changed, "charge.dispute.updated")
    [updated] = told(stripe)

    apply([updated, opened])

    assert db.session.scalars(select(Dispute.amount)).all() == [1000]
    assert balances(order)[LedgerAccount.VENDOR_BALANCE] == 3900
