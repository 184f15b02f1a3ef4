"""The lock of an order: taken first by everything that changes one, before its coupon and its seat."""

from sqlalchemy import select

from learnstream.models import Order
from learnstream.stores.sql import db


class NoSuchOrder(LookupError):
    """There is no order with this id, perhaps not yet."""


def lock(order_id: int) -> Order:
    """Lock an order until the transaction ends; return it up to date.

    Raises:
        NoSuchOrder
    """
    query = select(Order).where(Order.id == order_id).with_for_update(key_share=True)
    order = db.session.scalar(query, execution_options={"populate_existing": True})
    if order is None:
        raise NoSuchOrder(f"there is no order {order_id}")
    return order
