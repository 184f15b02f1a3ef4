"""Our own page that buyers return to, beside those of mailed links (`blueprints.accounts.pages`).

It works signed out, by the token in its link. Opening it again changes nothing: it shows what became of the order.
"""

from flask import request

from learnstream.blueprints.accounts.pages import blp, show
from learnstream.blueprints.commerce.order import current_order
from learnstream.blueprints.common.commits import commits
from learnstream.errors.accounts import LinkInvalid
from learnstream.services.commerce import orders, return_links
from learnstream.text import money
from learnstream.text.money import Money


@blp.get("/orders/<row_id:order_id>/return")
@commits()
def show_order(order_id: int) -> str:
    """Show what became of an order, after the payment service's page."""
    token = request.args.get("token", "")
    buyer_id = return_links.buyer_of(order_id, token)
    if buyer_id is None:
        raise LinkInvalid()
    order = current_order(order_id, buyer_id)
    [shown] = orders.shown([order])
    return show(
        "order",
        token=token,
        order=order,
        total=money.show(Money(order.total, order.currency)),
        on_its_way=shown["on_its_way"],
        pay_url=shown["checkout_url"],
        # Of an order that gave no seat: it came too late, or twice.
        goes_back=order.paid_at is None and bool(shown["payments"]),
        done=order.paid_at is not None,
    )
