"""Conversion of Stripe's JSON objects to the payment port's types. Responses and webhooks share their shapes.

Of an object, only what Stripe's schema requires is demanded: anything else may be null or missing. Words that this
release does not know become `unknown`. What is stored later is checked here: PostgreSQL rejects NUL and lone surrogates.
"""

import enum
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from learnstream.integrations.payments import (
    Checkout,
    CheckoutStatus,
    DisputeStatus,
    EventObject,
    FraudWarning,
    PaymentStatus,
    RefundedCharge,
    RefundStatus,
    VendorDispute,
    VendorRefund,
)

Record = Mapping[str, Any]
# The exceptions that these functions raise for an object of an unexpected shape.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)

ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
CURRENCY = re.compile("[a-z]{3}")
WORD = re.compile("[a-z0-9_]{1,100}")
URL = re.compile(r"https?://[\x21-\x7e]{1,4000}")
# Ours in metadata: ASCII digits, which `int` alone would not demand, and less than PostgreSQL's bigint holds.
NUMBER = re.compile("[1-9][0-9]{0,17}")
MAX_AMOUNT = 10**15
# A payment of a complete checkout is not under way in these: a method that takes days has failed.
FAILED = frozenset({"requires_payment_method", "canceled"})

Words = TypeVar("Words", bound=enum.StrEnum)


def checkout(record: Record) -> Checkout:
    """Parse a checkout session, whose payment may be expanded.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "checkout.session")
    if record["mode"] != "payment":
        raise ValueError(f"a session of the mode {record['mode']!r:.40}")
    payment, charge, invoice = _payment(record), _charge_of(record), _expanded(record.get("invoice"))
    status = _word(CheckoutStatus, record.get("status"))
    payment_status = _word(PaymentStatus, record["payment_status"])
    waits = status is CheckoutStatus.COMPLETE and payment_status is PaymentStatus.UNPAID
    return Checkout(
        id=_id(record["id"]),
        status=status,
        payment_status=payment_status,
        url=_url(record.get("url")),
        expires_at=instant(record["expires_at"]),
        subtotal=_amount(record["amount_subtotal"]),
        total=_amount(record["amount_total"]),
        tax=_amount((record.get("total_details") or {}).get("amount_tax") or 0),
        currency=_currency(record["currency"]),
        order_id=_ours(record, "order_id"),
        attempt=_ours(record, "attempt"),
        payment_id=_id_of(record.get("payment_intent")),
        charge_id=_id_of(payment.get("latest_charge")),
        receipt_url=_url(charge.get("receipt_url")),
        invoice_url=_url(invoice.get("hosted_invoice_url")),
        invoice_pdf_url=_url(invoice.get("invoice_pdf")),
        livemode=_flag(record["livemode"]),
        created_at=instant(record["created"]),
        payment_failed=waits and payment.get("status") in FAILED,
    )


def refund(record: Record) -> VendorRefund:
    """Parse a refund.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "refund")
    return VendorRefund(
        id=_id(record["id"]),
        payment_id=_id_of(record.get("payment_intent")),
        charge_id=_id_of(record.get("charge")),
        amount=_amount(record["amount"]),
        currency=_currency(record["currency"]),
        status=_word(RefundStatus, record.get("status")),
        refund_id=_ours(record, "refund_id"),
        failure_reason=_reason(record.get("failure_reason")),
        created_at=instant(record["created"]),
    )


def dispute(record: Record) -> VendorDispute:
    """Parse a dispute.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "dispute")
    due_by = (record.get("evidence_details") or {}).get("due_by")
    return VendorDispute(
        id=_id(record["id"]),
        payment_id=_id_of(record.get("payment_intent")),
        charge_id=_required_id_of(record["charge"]),
        amount=_amount(record["amount"]),
        currency=_currency(record["currency"]),
        status=_word(DisputeStatus, record["status"]),
        reason=_reason(record["reason"]) or "unknown",
        # Zero: no evidence is accepted.
        due_by=instant(due_by) if due_by else None,
        created_at=instant(record["created"]),
    )


def refunded_charge(record: Record) -> RefundedCharge:
    """Parse a charge of which something was refunded.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "charge")
    return RefundedCharge(
        id=_id(record["id"]),
        payment_id=_id_of(record.get("payment_intent")),
        amount=_amount(record["amount"]),
        amount_refunded=_amount(record["amount_refunded"]),
        currency=_currency(record["currency"]),
    )


def fraud_warning(record: Record) -> FraudWarning:
    """Parse a bank's early warning of a fraudulent charge.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    _require_object(record, "radar.early_fraud_warning")
    return FraudWarning(
        id=_id(record["id"]),
        payment_id=_id_of(record.get("payment_intent")),
        charge_id=_required_id_of(record["charge"]),
        fraud_type=_reason(record["fraud_type"]) or "unknown",
        created_at=instant(record["created"]),
    )


Reader = Callable[[Record], EventObject]


def instant(value: Any) -> datetime:
    """Return a moment that is given in seconds since 1970.

    Raises:
        UNREADABLE: it is no whole number, or out of range.
    """
    return datetime.fromtimestamp(_whole(value), UTC)


def _require_object(record: Record, name: str) -> None:
    if record["object"] != name:
        raise ValueError(f"a {record['object']!r:.40} instead of a {name}")


def _payment(record: Record) -> Record:
    return _expanded(record.get("payment_intent"))


def _charge_of(record: Record) -> Record:
    return _expanded(_payment(record).get("latest_charge"))


def _expanded(value: Any) -> Record:
    """Return an object that may be given as its id or not at all: nothing is known of it then."""
    return value if isinstance(value, Mapping) else {}


def _id_of(value: Any) -> str | None:
    """Return the id of an object that is given by its id, in full, or not at all."""
    if value is None:
        return None
    return _id(value["id"] if isinstance(value, Mapping) else value)


def _required_id_of(value: Any) -> str:
    if (found := _id_of(value)) is None:
        raise ValueError("an id is missing")
    return found


def _id(value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError("an id is missing or malformed")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is no whole number")
    return value


def _amount(value: Any) -> int:
    if not 0 <= _whole(value) <= MAX_AMOUNT:
        raise ValueError(f"{value!r:.40} is no amount")
    return int(value)


def _currency(value: Any) -> str:
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise ValueError(f"{value!r:.40} is no currency")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.40} is neither true nor false")
    return value


def _word(words: type[Words], value: Any) -> Words:
    return words(value) if value in {*words} else words("unknown")


def _ours(record: Record, name: str) -> int | None:
    """Return a number of ours from the metadata; None if the object is not ours, whoever wrote there."""
    value = (record.get("metadata") or {}).get(name)
    return int(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def _url(value: Any) -> str | None:
    """Return a link; None if it is not one that a browser may follow."""
    return value if isinstance(value, str) and URL.fullmatch(value) else None


def _reason(value: Any) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) and WORD.fullmatch(value) else "unknown"
