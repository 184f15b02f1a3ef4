"""Refunds, of the API and of the vendor's dashboard alike."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import forms, unused
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError, invalid
from devstack.stripe.events import public
from devstack.stripe.ids import new_id
from devstack.stripe.lists import LISTING, page
from devstack.stripe.payments import CHARGE, INTENT
from devstack.stripe.requests import body, query

blp = Blueprint("refunds", __name__, url_prefix="/v1/refunds")
REFUND = "refund"
CREATION = {
    "payment_intent": forms.text(),
    "charge": forms.text(),
    "amount": forms.integer,
    "reason": forms.choice("duplicate", "fraudulent", "requested_by_customer"),
    "metadata": forms.METADATA,
    "expand": [forms.text()],
}
# What has taken money, or is about to.
COUNTED = frozenset({"succeeded", "pending", "requires_action"})


@blp.post("")
def create_refund() -> ResponseReturnValue:
    asked, context = body(CREATION), current_context()
    with context.store.transaction():
        return jsonify(public(refund(context, charge_of(context, asked), asked)))


@blp.get("")
def list_refunds() -> ResponseReturnValue:
    asked = query({**LISTING, "payment_intent": forms.text(), "charge": forms.text()})
    return jsonify(page(current_context().store, REFUND, asked, "/v1/refunds", public))


@blp.get("/<refund_id>")
def read_refund(refund_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(public(current_context().load(REFUND, refund_id)))


def charge_of(context: Context, asked: Record) -> Record:
    """Return the charge that a request names.

    Raises:
        StripeError: 400 or 404, it names none.
    """
    if (charge_id := asked.get("charge")) is None:
        if (intent_id := asked.get("payment_intent")) is None:
            raise invalid("charge", "One of the following params should be provided: payment_intent, charge.")
        charge_id = context.load(INTENT, intent_id)["latest_charge"]
        if charge_id is None:
            raise StripeError(400, "This PaymentIntent has no successful charge to refund.")
    return context.load(CHARGE, charge_id)


def refund(context: Context, charge: Record, asked: Record) -> Record:
    """Refund a charge, in part if an amount is given; `status` says how it goes, by default at once.

    Raises:
        StripeError: 400, it is disputed, or so much is not left of it.
    """
    if charge["disputed"]:
        raise StripeError(400, "This charge has been charged back.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise StripeError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount, status = asked.get("amount", left), asked.get("status", "succeeded")
    if not 0 < amount <= left:
        raise invalid("amount", f"Refund amount ({amount}) must be from 1 to the unrefunded amount ({left}).")
    record = {
        **unused.REFUND,
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": charge["id"],
        "created": context.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "failure_reason": None,
        "metadata": asked.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": asked.get("reason"),
        "status": status,
    }
    context.save(REFUND, record, "refund.created")
    _count(context, charge, amount)
    return record


def move(context: Context, refund_id: str, status: str) -> Record:
    """Let a refund succeed or fail later; one that fails gives its amount back to the charge.

    Raises:
        StripeError: 400, it has failed already.
    """
    with context.store.transaction():
        record = context.load(REFUND, refund_id)
        if record["status"] not in COUNTED:
            raise StripeError(400, f"This refund is {record['status']}.")
        if status in COUNTED:
            return context.save(REFUND, record | {"status": status}, "refund.updated", status=record["status"])
        _count(context, context.load(CHARGE, record["charge"]), -record["amount"])
        failed = record | {"status": status, "failure_reason": "expired_or_canceled_card"}
        return context.save(REFUND, failed, "refund.failed" if status == "failed" else "refund.updated")


def _count(context: Context, charge: Record, amount: int) -> None:
    """Change the running total of what was refunded of a charge."""
    total = charge["amount_refunded"] + amount
    changed = charge | {"amount_refunded": total, "refunded": total == charge["amount"]}
    context.save(CHARGE, changed, *(["charge.refunded"] if amount > 0 else []))
