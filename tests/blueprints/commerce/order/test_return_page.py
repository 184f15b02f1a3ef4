"""The page that buyers return to, by the link that only they and the payment service have."""

import re

import pytest
from sqlalchemy import update

from learnstream.models import Order
from learnstream.stores.sql import db
from tests.payments import check_out, make_priced_course, pay, session_of


@pytest.fixture
def order(client, owner, admin, stranger, stripe):
    return check_out(client, stranger, make_priced_course(client, owner, admin))


@pytest.fixture
def read_page(client, stripe, order):
    """Return a function that opens the page as the payment service's page does, and returns its words."""
    url = stripe.context.store.get("checkout_session", session_of(order))["success_url"]

    def read_page():
        response = client.get("/" + url.split("/", 3)[3])
        assert response.status_code == 200
        return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.text))

    return read_page


def test_an_order_that_is_not_paid_yet_has_not_failed(read_page):
    assert "We have not received a payment yet" in read_page()


def test_a_payment_shows_at_once(read_page, stripe, order):
    pay(stripe, order)

    assert "Your payment has arrived, and the course is open to you." in read_page()


def test_a_late_payment_is_on_its_way_until_it_is_decided(read_page, stripe, order):
    pay(stripe, order, "debit")
    assert "Payments of this kind take a few days" in read_page()
    stripe.decide(session_of(order), succeeded=False)

    assert "Nothing was paid." in read_page()


def test_a_payment_that_opens_nothing_is_not_called_unpaid(read_page, stripe, order):
    """Its amount is not the order's any more, so it is refunded."""
    changed = update(Order).where(Order.id == order["order_id"]).values(subtotal=Order.subtotal + 100)
    db.session.execute(changed)
    db.session.commit()
    pay(stripe, order)

    text = read_page()

    assert "The money is on its way back to you" in text
    assert "Nothing was paid" not in text


def test_a_forged_link_shows_nothing(client, order):
    assert client.get(f"/orders/{order['order_id']}/return?token=forged").status_code != 200
    assert client.get(f"/orders/{order['order_id']}/return").status_code != 200
