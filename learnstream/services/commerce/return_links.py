"""Where the vendor's page leads back to: a page of ours, or of the front end, that shows what became of an order.

Our own page works in any browser without a sign-in: its link has a signed token, which only the buyer and the vendor see.
It shows the state of the order and changes nothing, so that it may be opened again at any time.
"""

import re
from urllib.parse import quote

from flask import current_app

from learnstream.models import Order
from learnstream.services.foundation.signed_texts import SignedText

PLACEHOLDER = "{order_id}"
TOKEN = SignedText("learnstream.orders.return", re.compile(r"(?P<order_id>[0-9]{1,18})-(?P<user_id>[0-9]{1,18})"))


def url(order: Order, *, base: str) -> str:
    """Return the URL of the page that a buyer returns to; the same one for the same order.

    base: where this application is reached, if `PUBLIC_URL` is not set.
    """
    if template := current_app.config["LINK_ORDER"]:
        return str(template.replace(PLACEHOLDER, str(order.id)))
    root = (current_app.config["PUBLIC_URL"] or base).rstrip("/")
    token = TOKEN.sign(f"{order.id}-{order.user_id}")
    return f"{root}/orders/{order.id}/return?token={quote(token, safe='')}"


def buyer_of(order_id: int, token: str) -> int | None:
    """Return the buyer for whom a token of this order was signed; None if it is none."""
    found = TOKEN.read(token)
    return int(found["user_id"]) if found and int(found["order_id"]) == order_id else None
