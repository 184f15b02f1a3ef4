"""Selling and buying in short words: through the API as clients do, and the emulator as buyers and banks do."""

from uuid import uuid4

from sqlalchemy import select

from devstack.stripe.payments import CHARGE
from learnstream.clock import now
from learnstream.models import Enrollment
from learnstream.stores.sql import db
from tests.factories import CreatedCourse, Person, make_course

PRICE = {"amount": 4900, "currency": "eur"}


def sell(client, course: CreatedCourse, admin: Person, amount=4900, currency="eur") -> CreatedCourse:
    """Give a course a price."""
    response = client.put(f"/courses/{course.id}/price", json={"amount": amount, "currency": currency}, auth=admin)
    assert response.status_code == 200, response.json
    return course


def make_priced_course(client, owner: Person, admin: Person, amount=4900, currency="eur", **fields) -> CreatedCourse:
    """Publish a course with a price."""
    return sell(client, make_course(owner, **fields), admin, amount, currency)


def make_coupon(client, admin: Person, code="STARS", **fields) -> dict:
    """Create a coupon, by default of 20 % for all courses."""
    given = fields if {"percent", "amount_off"} & fields.keys() else {"percent": 20, **fields}
    response = client.post("/admin/coupons", json={"code": code, **given}, auth=admin)
    assert response.status_code == 201, response.json
    return response.json


def check_out(client, buyer: Person, course: CreatedCourse, *, status=201, key=None, **body) -> dict:
    """Order a course; return the response's JSON: the order and its page."""
    headers = {"Idempotency-Key": key or uuid4().hex}
    body = {"accept_terms": True, **body}
    response = client.post(f"/courses/{course.id}/checkout", json=body, headers=headers, auth=buyer)
    assert response.status_code == status, response.json
    return response.json


def session_of(order: dict) -> str:
    """Return the id of the checkout session whose page an order has."""
    return order["checkout_url"].rpartition("/")[2].partition("?")[0]


def pay(stripe, order: dict, method="card") -> dict:
    """Pay an order on its page: with a `card`, or a `debit`, which `stripe.decide` settles; return the session."""
    return stripe.pay(session_of(order), method)


def charge_of(stripe, session: dict) -> dict:
    """Return the charge of a paid session."""
    charges = stripe.context.store.find(CHARGE, payment_intent=session["payment_intent"])
    assert len(charges) == 1, charges
    return charges[0]


def post_event(client, stripe, event):
    """Post one signed event; return the response."""
    return client.post("/webhooks/stripe", data=event.body, headers=stripe.sign(event.body))


def buy(client, stripe, buyer: Person, course: CreatedCourse, **body) -> tuple[dict, dict]:
    """Order a course, pay with a card, and come back, without any event. Return the order and the paid session."""
    made = check_out(client, buyer, course, **body)
    session = pay(stripe, made)
    return read_order(client, buyer, made["order_id"]), session


def read_order(client, buyer: Person, order_id: int) -> dict:
    """Read an order as its buyer, as the return page does: what was paid is granted by this."""
    response = client.get(f"/orders/{order_id}", auth=buyer)
    assert response.status_code == 200, response.json
    return response.json


def refund(client, admin: Person, order_id: int, *, status=201, key=None, **body) -> dict:
    """Refund an order as an administrator, all of it unless an `amount` is given."""
    headers = {"Idempotency-Key": key or uuid4().hex}
    body = {"reason": "requested_by_customer", **body}
    response = client.post(f"/admin/orders/{order_id}/refund", json=body, headers=headers, auth=admin)
    assert response.status_code == status, response.json
    return response.json


def has_seat(person: Person, course: CreatedCourse) -> bool:
    """True if the person has access to the course."""
    ours = (Enrollment.user_id == person.id, Enrollment.course_id == course.id, Enrollment.is_live(now()))
    db.session.rollback()
    return db.session.scalar(select(Enrollment.id).where(*ours)) is not None
