"""The page on which a buyer pays a session, and the receipt."""

import enum

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import payments, sessions
from devstack.stripe.context import current_context
from devstack.stripe.errors import StripeError
from devstack.stripe.money import shown
from devstack.stripe.payments import Method

blp = Blueprint("pay_page", __name__, template_folder="templates")
POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


class Card(enum.StrEnum):
    """The choices of the page, each an outcome."""

    PAYS = "pays"
    DECLINED = "declined"
    SECURE = "secure"
    DEBIT = "debit"


CARDS = {
    Card.PAYS: "Card that pays (4242 4242 4242 4242)",
    Card.DECLINED: "Card that is declined (4000 0000 0000 0002)",
    Card.SECURE: "Card that asks for 3-D Secure (4000 0027 6000 3184)",
    Card.DEBIT: "Bank debit, which is decided later",
}
METHODS = {Card.PAYS: Method.CARD, Card.DECLINED: Method.DECLINED, Card.DEBIT: Method.DEBIT}


@blp.after_request
def add_security_headers(response: Response) -> Response:
    # No `form-action`: paying leads back to the shop's own origin.
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.get("/pay/<session_id>")
def show(session_id: str) -> ResponseReturnValue:
    return _page(sessions.current(current_context(), session_id))


@blp.post("/pay/<session_id>")
def pay(session_id: str) -> ResponseReturnValue:
    """Pay as chosen; `action` answers the question of 3-D Secure."""
    context, form = current_context(), request.form
    session, card = sessions.current(context, session_id), _card(form.get("card", Card.PAYS))
    action = form.get("action", "pay")
    if session["status"] != "open":
        return _page(session, status=410)
    if card is Card.SECURE and action == "pay":
        return _page(session, asked=True)
    method = Method.DECLINED if action == "refuse" else METHODS.get(card, Method.CARD)
    buyer = {"name": form.get("name") or "A Buyer", "email": form.get("email") or "buyer@example.com"}
    try:
        session = payments.pay(context, session_id, method, buyer)
    except StripeError as error:
        return _page(sessions.current(context, session_id), error=error.message, status=error.status)
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)


def _card(name: str) -> Card:
    if name not in {*Card}:
        raise StripeError(400, f"There is no card {name}.")
    return Card(name)


@blp.get("/receipts/<charge_id>")
def receipt(charge_id: str) -> ResponseReturnValue:
    charge = current_context().load(payments.CHARGE, charge_id)
    return render_template("receipt.html", charge=charge, amount=shown(charge["amount"], charge["currency"]))


def _page(session: Record, *, asked: bool = False, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    total = shown(session["amount_total"], session["currency"])
    page = render_template(
        "pay.html", session=session, total=total, cards=CARDS, asked=asked, error=error, form=request.form
    )
    return page, status
