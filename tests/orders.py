"""Orders in the database, as checkout leaves them: for tests of what happens to them afterwards."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from learnstream.clock import now
from learnstream.integrations.payments import Checkout, CheckoutRequest, CheckoutStatus, PaymentStatus, current_payments
from learnstream.models import Order, Price, ReceivedPaymentEvent, SeatGrant
from learnstream.services.commerce import event_work, granting
from learnstream.stores.sql import db
from tests.factories import CreatedCourse, Person

_number = count(1)


def store_order(buyer: Person, course: CreatedCourse, amount: int = 4900, currency: str = "eur", **columns) -> Order:
    """Store an order of a course, by default a pending one that costs 49 euros and has no page yet."""
    price = Price(course_id=course.id, amount=amount, currency=currency, created_by=buyer.id)
    db.session.add(price)
    db.session.flush()
    fields = {"course_title": "Astronomy", "course_version": 1, "subtotal": amount, "total": amount, **columns}
    order = Order(
        user_id=buyer.id,
        course_id=course.id,
        price_id=price.id,
        currency=currency,
        livemode=False,
        accepted_terms_at=now(),
        **fields,
    )
    db.session.add(order)
    db.session.commit()
    return order


def checkout_of(order: Order, **changes) -> Checkout:
    """Return a checkout of an order, by default one that was paid by card as ordered."""
    due, number = order.due, next(_number)
    fields = {
        "id": order.checkout_id or f"cs_test_{number}",
        "status": CheckoutStatus.COMPLETE,
        "payment_status": PaymentStatus.PAID,
        "url": None,
        "expires_at": now() + timedelta(hours=1),
        "subtotal": due.amount,
        "total": due.amount,
        "tax": 0,
        "currency": due.currency,
        "order_id": order.id,
        "attempt": order.attempt,
        "reference": granting.reference(order),
        "payment_id": f"pi_{number}",
        "charge_id": None,
        "receipt_url": None,
        "invoice_url": None,
        "invoice_pdf_url": None,
        "livemode": False,
        "created_at": now(),
    }
    return Checkout(**fields | changes)


def waiting(order: Order, **changes) -> Checkout:
    """Return a checkout that was completed with a method that takes days."""
    return checkout_of(order, payment_status=PaymentStatus.UNPAID, **changes)


def expired(order: Order, **changes) -> Checkout:
    """Return a checkout whose page was left."""
    unpaid = {"status": CheckoutStatus.EXPIRED, "payment_status": PaymentStatus.UNPAID, "payment_id": None}
    return checkout_of(order, **unpaid | changes)


def grants_of(order: Order) -> list[SeatGrant]:
    """Return the grants that an order gave."""
    db.session.rollback()
    mine = (SeatGrant.source == "payment", SeatGrant.source_id == order.id)
    return [*db.session.scalars(select(SeatGrant).where(*mine))]


def open_page(order: Order, **changes) -> str:
    """Open the page of a stored order at the vendor, and note it with the order; return its id."""
    checkout = ask_for_page(order, **changes)
    order.checkout_id, order.checkout_expires_at = checkout.id, checkout.expires_at
    db.session.commit()
    return checkout.id


def ask_for_page(order: Order, **changes) -> Checkout:
    """Open a page at the vendor, and note nothing: no answer came."""
    fields = {
        "order_id": order.id,
        "attempt": order.attempt,
        "reference": granting.reference(order),
        "name": order.course_title,
        "amount": order.due,
        "description": "A course",
        "success_url": "https://school.example/back",
        "cancel_url": "https://school.example/back",
        "buyer_email": "buyer@example.com",
        "expires_at": now() + timedelta(hours=2),
    }
    db.session.commit()
    return current_payments().open_checkout(CheckoutRequest(**fields | changes))


def receive(stripe, *events) -> None:
    """Receive events as the webhook does, by default all that the vendor holds, and have them handled."""
    for event in events or stripe.take_events():
        event_work.receive(current_payments().receive_event(event.body, stripe.sign(event.body)["Stripe-Signature"]))
        db.session.commit()
    event_work.handle_due()


def states_of_events() -> dict[str, str]:
    """Return the states of the received events by their types."""
    db.session.rollback()
    return {each.type: each.state.value for each in db.session.scalars(select(ReceivedPaymentEvent))}
