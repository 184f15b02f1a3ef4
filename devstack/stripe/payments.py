"""What the buyer does on the pay page, and what becomes of it: payment intents and charges."""

import enum
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import coupons, forms, invoices, sessions, unused
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError
from devstack.stripe.events import public
from devstack.stripe.ids import new_id
from devstack.stripe.requests import query
from devstack.stripe.sessions import SESSION

blp = Blueprint("payments", __name__, url_prefix="/v1")
INTENT, CHARGE = "payment_intent", "charge"


class Method(enum.StrEnum):
    """How a buyer pays: with a card that pays or is declined, or with a debit, which is decided days later."""

    CARD = "card"
    DECLINED = "declined"
    DEBIT = "debit"


@blp.get("/payment_intents/<intent_id>")
def read_intent(intent_id: str) -> ResponseReturnValue:
    asked, context = query({"expand": [forms.text()]}), current_context()
    intent = public(context.load(INTENT, intent_id))
    if "latest_charge" in asked.get("expand", []) and intent["latest_charge"]:
        intent["latest_charge"] = public(context.load(CHARGE, intent["latest_charge"]))
    return jsonify(intent)


@blp.get("/charges/<charge_id>")
def read_charge(charge_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(public(current_context().load(CHARGE, charge_id)))


def pay(context: Context, session_id: str, method: Method, buyer: Record) -> Record:
    """Pay a session, and return it.

    buyer: name, email and country, as typed on the page.

    Raises:
        StripeError: 400, the session is not open; 402, the card was declined.
    """
    with context.store.transaction():
        session = sessions.current(context, session_id)
        if session["status"] != "open":
            raise StripeError(400, f"This session is {session['status']}.")
        session |= {"customer_details": _details(buyer)}
        if session["amount_total"] == 0:
            return _complete(context, session, "no_payment_required")
        intent = _intent(context, session)
        if method is not Method.DECLINED:
            return _confirm(context, session | {"payment_intent": intent["id"]}, intent, method)
        _decline(context, session, intent)
    raise StripeError(402, "Your card was declined.", code="card_declined")


def decide(context: Context, session_id: str, *, succeeded: bool) -> Record:
    """Decide a debit.

    Raises:
        StripeError: 400, none is undecided.
    """
    with context.store.transaction():
        session = context.load(SESSION, session_id)
        if session["status"] != "complete" or session["payment_status"] != "unpaid":
            raise StripeError(400, "No debit of this session is undecided.")
        intent = context.load(INTENT, session["payment_intent"])
        if not succeeded:
            _fail(context, intent)
            return context.save(SESSION, session, "checkout.session.async_payment_failed")
        _charge(context, session, intent, Method.DEBIT)
        paid = {"payment_status": "paid", "invoice": _invoice(context, session)}
        return context.save(SESSION, session | paid, "checkout.session.async_payment_succeeded")


def _confirm(context: Context, session: Record, intent: Record, method: Method) -> Record:
    if method is Method.DEBIT:
        context.save(INTENT, intent | {"status": "processing"}, "payment_intent.processing")
        return _complete(context, session, "unpaid")
    _charge(context, session, intent, method)
    return _complete(context, session, "paid")


def _complete(context: Context, session: Record, payment_status: str) -> Record:
    coupons.redeem(context, session)
    changes: dict[str, Any] = {"status": "complete", "payment_status": payment_status, "url": None}
    if payment_status == "no_payment_required" or session["customer_creation"] == "always":
        changes["customer"] = session["customer"] or new_id("cus")
    if payment_status == "paid":
        changes["invoice"] = _invoice(context, session)
    return context.save(SESSION, session | changes, "checkout.session.completed")


def _invoice(context: Context, session: Record) -> str | None:
    return invoices.issue(context, session) if session["invoice_creation"]["enabled"] else None


def _intent(context: Context, session: Record) -> Record:
    """Return the payment intent of a session, made when the buyer first confirms."""
    if session["payment_intent"]:
        return context.load(INTENT, session["payment_intent"])
    intent = {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "created": context.now(),
        "currency": session["currency"],
        "description": session["_intent"].get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": context.live,
        "metadata": session["_intent"].get("metadata") or {},
        "status": "requires_confirmation",
    }
    return context.save(INTENT, intent, "payment_intent.created")


def _charge(context: Context, session: Record, intent: Record, method: Method) -> None:
    charge = _new_charge(context, session, intent, method)
    context.save(CHARGE, charge, "charge.succeeded")
    paid = {"status": "succeeded", "latest_charge": charge["id"], "amount_received": intent["amount"]}
    context.save(INTENT, intent | paid, "payment_intent.succeeded")


def _new_charge(context: Context, session: Record, intent: Record, method: Method) -> Record:
    details, charge_id = session["customer_details"], new_id("ch")
    return {
        **unused.CHARGE,
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": new_id("txn"),
        "billing_details": {name: details[name] for name in ("address", "email", "name", "phone")},
        "captured": True,
        "created": context.now(),
        "currency": intent["currency"],
        "customer": session["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": context.live,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"type": "sepa_debit" if method is Method.DEBIT else "card"},
        "receipt_url": f"{context.base_url}/receipts/{charge_id}",
        "refunded": False,
        "status": "succeeded",
    }


def _decline(context: Context, session: Record, intent: Record) -> None:
    context.save(SESSION, session | {"payment_intent": intent["id"]})
    error = {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}
    _fail(context, intent | {"last_payment_error": error})


def _fail(context: Context, intent: Record) -> None:
    context.save(INTENT, intent | {"status": "requires_payment_method"}, "payment_intent.payment_failed")


def _details(buyer: Record) -> Record:
    address: dict[str, Any] = dict.fromkeys(("city", "line1", "line2", "postal_code", "state"))
    return {
        "address": address | {"country": buyer.get("country", "DE")},
        "business_name": None,
        "email": buyer["email"],
        "individual_name": None,
        "name": buyer["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
