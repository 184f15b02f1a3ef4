"""Orders in the database, as checkout leaves them: for tests of what happens to them afterwards."""

from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Order, Price, SeatGrant
from learnstream.stores.sql import db
from tests.factories import CreatedCourse, Person


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


def grants_of(order: Order) -> list[SeatGrant]:
    """Return the grants that an order gave."""
    db.session.rollback()
    mine = (SeatGrant.source == "payment", SeatGrant.source_id == order.id)
    return [*db.session.scalars(select(SeatGrant).where(*mine))]
