"""The page on which whoever tries the school plays the buyer's bank: it decides a debit, and disputes a payment."""

import enum
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import disputes, payments, sessions
from devstack.stripe.context import current_context
from devstack.stripe.errors import StripeError
from devstack.stripe.money import shown
from devstack.stripe.pay_page import add_security_headers

blp = Blueprint("bank_page", __name__, template_folder="templates", url_prefix="/bank/<session_id>")
blp.after_request(add_security_headers)


class Act(enum.StrEnum):
    """What a bank does."""

    PAY = "pay"
    REFUSE = "refuse"
    DISPUTE = "dispute"
    GIVE_IN = "won"
    KEEP = "lost"


TITLES = {
    Act.PAY: "Carry out the debit",
    Act.REFUSE: "Refuse the debit",
    Act.DISPUTE: "Dispute the payment",
    Act.GIVE_IN: "Let the school win the dispute",
    Act.KEEP: "Let the buyer win the dispute",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A session with its charge and the charge's latest dispute, as far as there are any."""

    session: Record
    charge: Record | None
    dispute: Record | None

    def possible(self) -> list[Act]:
        """Return what the bank can do now."""
        if self.session["status"] == "complete" and self.session["payment_status"] == "unpaid":
            return [Act.PAY, Act.REFUSE]
        if self.dispute:
            return [act for act in (Act.GIVE_IN, Act.KEEP) if self.dispute["status"] != act]
        return [Act.DISPUTE] if self.charge else []


@blp.get("")
def show(session_id: str) -> ResponseReturnValue:
    case = _case(session_id)
    total = shown(case.session["amount_total"], case.session["currency"])
    acts = {act: TITLES[act] for act in case.possible()}
    return render_template("bank.html", session=case.session, dispute=case.dispute, total=total, acts=acts)


@blp.post("")
def act(session_id: str) -> ResponseReturnValue:
    """Do what the form's `act` says, if that is possible now."""
    case, wanted = _case(session_id), request.form.get("act", "")
    if wanted not in case.possible():
        raise StripeError(409, f"The bank cannot do {wanted!r} now.")
    _do(Act(wanted), case)
    return redirect(url_for("bank_page.show", session_id=session_id), 303)


def _case(session_id: str) -> Case:
    context = current_context()
    session = sessions.current(context, session_id)
    intent = session["payment_intent"]
    charges = context.store.find(payments.CHARGE, payment_intent=intent) if intent else []
    charge = charges[-1] if charges else None
    found = context.store.find(disputes.DISPUTE, charge=charge["id"]) if charge else []
    return Case(session, charge, found[-1] if found else None)


def _do(act: Act, case: Case) -> None:
    context = current_context()
    if act in {Act.PAY, Act.REFUSE}:
        payments.decide(context, case.session["id"], succeeded=act is Act.PAY)
    elif act is Act.DISPUTE and case.charge:
        disputes.open_dispute(context, case.charge["id"])
    elif case.dispute:
        disputes.move(context, case.dispute["id"], act)
