"""Disputes: a buyer's bank takes the money of a charge back, perhaps for a while."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import forms, unused
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError
from devstack.stripe.events import public
from devstack.stripe.ids import new_id
from devstack.stripe.lists import LISTING, page
from devstack.stripe.payments import CHARGE
from devstack.stripe.requests import body, query

blp = Blueprint("disputes", __name__, url_prefix="/v1/disputes")
DISPUTE = "dispute"
INQUIRIES = ("warning_needs_response", "warning_under_review", "warning_closed")
STATUSES = (
    *INQUIRIES,
    *("needs_response", "under_review", "won", "lost"),
    *("appeal_needs_response", "appeal_under_review", "prevented"),
)
CLOSED = frozenset({"won", "lost", "warning_closed", "prevented"})
# The money of a dispute in one of these is not ours.
TAKEN = frozenset({"needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review"})
DAYS_TO_ANSWER = 7


@blp.get("")
def list_disputes() -> ResponseReturnValue:
    asked = query({**LISTING, "payment_intent": forms.text(), "charge": forms.text()})
    return jsonify(page(current_context().store, DISPUTE, asked, "/v1/disputes", public))


@blp.get("/<dispute_id>")
def read_dispute(dispute_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(public(current_context().load(DISPUTE, dispute_id)))


@blp.post("/<dispute_id>/close")
def close_dispute(dispute_id: str) -> ResponseReturnValue:
    """Concede a dispute, for good."""
    body({"expand": [forms.text()]})
    return jsonify(public(move(current_context(), dispute_id, "lost")))


def open_dispute(context: Context, charge_id: str, *, amount: int | None = None, inquiry: bool = False) -> Record:
    """Dispute a charge, or a part of it; an inquiry takes no money yet.

    Raises:
        StripeError: 400, so much cannot be disputed.
    """
    with context.store.transaction():
        charge = context.load(CHARGE, charge_id)
        amount = charge["amount"] if amount is None else amount
        if not 0 < amount <= charge["amount"] or charge["disputed"]:
            raise StripeError(400, "That much of this charge cannot be disputed.")
        dispute = _dispute(context, charge, amount, "warning_needs_response" if inquiry else "needs_response")
        context.save(CHARGE, charge | {"disputed": not inquiry})
        return context.save(DISPUTE, dispute, "charge.dispute.created", *_money_moves("", dispute["status"]))


def move(context: Context, dispute_id: str, status: str) -> Record:
    """Give a dispute another status, with the events that this causes.

    Raises:
        StripeError: 400, there is no such status.
    """
    if status not in STATUSES:
        raise StripeError(400, f"There is no status {status}.")
    with context.store.transaction():
        dispute = context.load(DISPUTE, dispute_id)
        charge, before = context.load(CHARGE, dispute["charge"]), dispute["status"]
        context.save(CHARGE, charge | {"disputed": status in TAKEN | {"won"}})
        kind = "charge.dispute.closed" if status in CLOSED else "charge.dispute.updated"
        moved = dispute | {"status": status, "is_charge_refundable": status in INQUIRIES}
        return context.save(DISPUTE, moved, kind, *_money_moves(before, status), status=before)


def _money_moves(before: str, after: str) -> list[str]:
    if (before in TAKEN) == (after in TAKEN):
        return []
    return ["charge.dispute.funds_withdrawn" if after in TAKEN else "charge.dispute.funds_reinstated"]


def _dispute(context: Context, charge: Record, amount: int, status: str) -> Record:
    now = context.now()
    return {
        **unused.DISPUTE,
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "evidence": {},
        "evidence_details": {
            "due_by": now + DAYS_TO_ANSWER * 24 * 3600,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": status in INQUIRIES,
        "livemode": context.live,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": "fraudulent",
        "status": status,
    }
