"""Invoices of paid sessions that were to have one, and the page that shows them to whoever has the link."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import forms
from devstack.stripe.context import Context, current_context
from devstack.stripe.events import public
from devstack.stripe.ids import new_id
from devstack.stripe.money import shown
from devstack.stripe.requests import query

blp = Blueprint("invoices", __name__)
INVOICE = "invoice"


def issue(context: Context, session: Record) -> str:
    """Issue the invoice of a paid session, and return its id."""
    invoice_id, number = new_id("in"), len(context.store.find(INVOICE)) + 1
    page = f"{context.base_url}/invoices/{invoice_id}"
    record = {
        "id": invoice_id,
        "object": INVOICE,
        "amount_paid": session["amount_total"],
        "created": context.now(),
        "currency": session["currency"],
        "customer_name": session["customer_details"]["name"],
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}/pdf",
        "livemode": context.live,
        "number": f"EMULATED-{number:04d}",
        "status": "paid",
        "total": session["amount_total"],
    }
    context.save(INVOICE, record, "invoice.paid")
    return invoice_id


@blp.get("/v1/invoices/<invoice_id>")
def read_invoice(invoice_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(public(current_context().load(INVOICE, invoice_id)))


@blp.get("/invoices/<invoice_id>")
@blp.get("/invoices/<invoice_id>/pdf")
def show_invoice(invoice_id: str) -> ResponseReturnValue:
    invoice = current_context().load(INVOICE, invoice_id)
    return render_template("invoice.html", invoice=invoice, amount=shown(invoice["total"], invoice["currency"]))
