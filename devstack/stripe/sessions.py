"""Checkout sessions in payment mode: `POST /v1/checkout/sessions` and its like."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import coupons, forms, money, unused
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError, invalid
from devstack.stripe.events import public
from devstack.stripe.ids import new_id
from devstack.stripe.lists import LISTING, page
from devstack.stripe.requests import body, query

blp = Blueprint("sessions", __name__, url_prefix="/v1/checkout/sessions")
SESSION = "checkout_session"
SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds for which a session can be open
MAX_ITEMS = 100
PRODUCT = {"name": forms.text(250), "description": forms.text(), "metadata": forms.METADATA}
PRICE = {
    "currency": forms.text(3),
    "unit_amount": forms.integer,
    "product": forms.text(),
    "product_data": PRODUCT,
    "tax_behavior": forms.choice("exclusive", "inclusive", "unspecified"),
}
CREATION = {
    "mode": forms.choice("payment", "subscription", "setup"),
    "line_items": [{"price": forms.text(), "price_data": PRICE, "quantity": forms.integer}],
    "success_url": forms.text(),
    "cancel_url": forms.text(),
    "client_reference_id": forms.text(200),
    "metadata": forms.METADATA,
    "payment_intent_data": {
        "metadata": forms.METADATA,
        "description": forms.text(1000),
        "receipt_email": forms.text(),
    },
    "customer": forms.text(),
    "customer_email": forms.text(),
    "customer_creation": forms.choice("always", "if_required"),
    "discounts": [{"coupon": forms.text(), "promotion_code": forms.text()}],
    "allow_promotion_codes": forms.boolean,
    "expires_at": forms.integer,
    "invoice_creation": {"enabled": forms.boolean, "invoice_data": {"metadata": forms.METADATA}},
    "tax_id_collection": {"enabled": forms.boolean},
    "automatic_tax": {"enabled": forms.boolean},
    "adaptive_pricing": {"enabled": forms.boolean},
    "locale": forms.text(10),
    "allowed_payment_method_types": [forms.text()],
    "excluded_payment_method_types": [forms.text()],
    "submit_type": forms.choice("auto", "book", "donate", "pay", "subscribe"),
    "ui_mode": forms.choice("hosted_page", "embedded_page", "elements"),
    "expand": [forms.text()],
}
FILTERS = {
    **LISTING,
    "payment_intent": forms.text(),
    "customer": forms.text(),
    "status": forms.choice("open", "complete", "expired"),
}
EXPANSIONS = {"line_items", "payment_intent", "payment_intent.latest_charge", "invoice"}
TAX_PERCENT = 19  # of a session with automatic tax, when its items do not say that they contain it


@blp.post("")
def create_session() -> ResponseReturnValue:
    asked, context = body(CREATION), current_context()
    session = _session(context, asked)
    context.save(SESSION, session)
    return jsonify(shown(context, session, asked.get("expand", [])))


@blp.get("")
def list_sessions() -> ResponseReturnValue:
    asked, context = query(FILTERS), current_context()
    # Of a list, what is to be expanded is below its `data`.
    expand = [each.removeprefix("data.") for each in asked.get("expand", []) if each.startswith("data.")]
    return jsonify(
        page(context.store, SESSION, asked, "/v1/checkout/sessions", lambda each: shown(context, each, expand))
    )


@blp.get("/<session_id>")
def read_session(session_id: str) -> ResponseReturnValue:
    asked, context = query({"expand": [forms.text()]}), current_context()
    return jsonify(shown(context, current(context, session_id), asked.get("expand", [])))


@blp.get("/<session_id>/line_items")
def list_line_items(session_id: str) -> ResponseReturnValue:
    query(LISTING)
    return jsonify(_items_of(current(current_context(), session_id)))


@blp.post("/<session_id>/expire")
def expire_session(session_id: str) -> ResponseReturnValue:
    asked, context = body({"expand": [forms.text()]}), current_context()
    with context.store.transaction():
        session = current(context, session_id)
        if session["status"] != "open":
            message = (
                f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
            )
            raise StripeError(400, message)
        return jsonify(shown(context, close(context, session), asked.get("expand", [])))


def current(context: Context, session_id: str) -> Record:
    """Return a session as it is now: an open one whose time is over is expired first."""
    with context.store.transaction():
        session = context.load(SESSION, session_id)
        if session["status"] == "open" and session["expires_at"] <= context.now():
            session = close(context, session)
    return session


def close(context: Context, session: Record) -> Record:
    """Expire a session."""
    return context.save(SESSION, session | {"status": "expired", "url": None}, "checkout.session.expired")


def shown(context: Context, session: Record, expand: list[str] = []) -> Record:  # noqa: B006 - not changed
    """Return a session as the API shows it, with what is to be expanded.

    Raises:
        StripeError: 400, that cannot be expanded.
    """
    if unknown := {*expand} - EXPANSIONS:
        raise invalid("expand", f"This property cannot be expanded ({', '.join(sorted(unknown))}).")
    record = public(session)
    if "line_items" in expand:
        record["line_items"] = _items_of(session)
    if record["payment_intent"] and any(each.startswith("payment_intent") for each in expand):
        intent = public(context.load("payment_intent", record["payment_intent"]))
        if "payment_intent.latest_charge" in expand and intent["latest_charge"]:
            intent["latest_charge"] = public(context.load("charge", intent["latest_charge"]))
        record["payment_intent"] = intent
    if record["invoice"] and "invoice" in expand:
        record["invoice"] = public(context.load("invoice", record["invoice"]))
    return record


def _items_of(session: Record) -> Record:
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return {"object": "list", "data": session["_items"], "has_more": False, "url": url}


def _session(context: Context, asked: Record) -> Record:
    """Return a new session.

    Raises:
        StripeError: 400, something is missing or contradictory.
    """
    if asked.get("mode") != "payment":
        raise invalid("mode", "This emulator knows the mode `payment` only.")
    items, now = _items(asked), context.now()
    currency, subtotal = items[0]["currency"], sum(each["amount_subtotal"] for each in items)
    discounts = _discounts(context, asked)
    discount = sum(coupons.discount(context, each["coupon"], subtotal, currency) for each in discounts)
    tax = (subtotal - discount) * TAX_PERCENT // 100 if asked.get("automatic_tax", {}).get("enabled") else 0
    money.check(total := subtotal - discount + tax, currency, "line_items")
    session_id = new_id("cs_live" if context.live else "cs_test")
    return {
        **unused.SESSION,
        **_defaults(asked),
        "id": session_id,
        "amount_subtotal": subtotal,
        "amount_total": total,
        "created": now,
        "currency": currency,
        "discounts": discounts,
        "expires_at": _expiry(asked, now),
        "livemode": context.live,
        "total_details": {"amount_discount": discount, "amount_shipping": 0, "amount_tax": tax},
        "url": f"{context.base_url}/pay/{session_id}",
        "_items": items,
        "_intent": asked.get("payment_intent_data") or {},
    }


def _items(asked: Record) -> list[Record]:
    items = asked.get("line_items") or []
    if not 1 <= len(items) <= MAX_ITEMS:
        raise invalid("line_items", f"In payment mode, from 1 to {MAX_ITEMS} line items are required.")
    found = [_item(each, f"line_items[{number}]") for number, each in enumerate(items)]
    if len({each["currency"] for each in found}) > 1:
        raise invalid("line_items", "All line items must have the same currency.")
    return found


def _item(asked: Record, path: str) -> Record:
    price, quantity = asked.get("price_data"), asked.get("quantity", 1)
    if price is None:
        raise invalid(path, "This emulator has no prices: `price_data` is required.")
    amount, product = price.get("unit_amount"), price.get("product_data") or {}
    if amount is None or amount < 0:
        raise invalid(f"{path}[price_data][unit_amount]", "Invalid non-negative integer.")
    if not product.get("name"):
        raise invalid(f"{path}[price_data][product_data][name]", "A name is required.")
    if quantity < 1:
        raise invalid(f"{path}[quantity]", "Invalid positive integer.")
    currency = price.get("currency", "").lower()
    money.check(amount, currency, f"{path}[price_data][unit_amount]")
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount * quantity,
        "amount_tax": 0,
        "amount_total": amount * quantity,
        "currency": currency,
        "description": product["name"],
        "price": {"id": new_id("price"), "object": "price", "unit_amount": amount, "currency": currency},
        "quantity": quantity,
    }


def _discounts(context: Context, asked: Record) -> list[Record]:
    found = asked.get("discounts") or []
    if found and asked.get("allow_promotion_codes"):
        raise invalid("discounts", "You may only specify one of these parameters: allow_promotion_codes, discounts.")
    if len(found) > 1:
        raise invalid("discounts", "At most one discount can be given.")
    return [coupons.redeemable(context, each) for each in found]


def _expiry(asked: Record, now: int) -> int:
    expires_at: int = asked.get("expires_at", now + LONGEST)
    # The clocks of client and vendor differ by a little.
    if not now + SHORTEST - 60 <= expires_at <= now + LONGEST + 60:
        raise invalid("expires_at", "The `expires_at` timestamp must be from 30 minutes to 24 hours from now.")
    return expires_at


def _defaults(asked: Record) -> Record:
    """Return the fields of a session that are as asked, or empty until something happens."""
    invoice = asked.get("invoice_creation") or {}
    if asked.get("customer") and asked.get("customer_email"):
        raise invalid("customer_email", "You may only specify one of these parameters: customer, customer_email.")
    if not asked.get("success_url"):
        raise invalid("success_url", "Missing required param: success_url.")
    fields: dict[str, Any] = {
        "object": "checkout.session",
        "adaptive_pricing": asked.get("adaptive_pricing"),
        "allow_promotion_codes": asked.get("allow_promotion_codes"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None}
        | (asked.get("automatic_tax") or {}),
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": asked.get("customer"),
        "customer_creation": asked.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": asked.get("customer_email"),
        "invoice": None,
        "invoice_creation": {
            "enabled": bool(invoice.get("enabled")),
            "invoice_data": invoice.get("invoice_data") or {},
        },
        "locale": asked.get("locale", "auto"),
        "metadata": asked.get("metadata") or {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_options": {},
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "submit_type": asked.get("submit_type", "auto"),
        "success_url": asked["success_url"],
        "ui_mode": "hosted_page",
    }
    return fields
