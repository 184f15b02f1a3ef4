"""Coupons and promotion codes, as far as sessions use them."""

import re

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import forms
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError, invalid
from devstack.stripe.ids import new_id
from devstack.stripe.lists import LISTING, page
from devstack.stripe.requests import body, query

blp = Blueprint("coupons", __name__, url_prefix="/v1")
COUPON_KIND, CODE_KIND = "coupon", "promotion_code"
CODE = re.compile(r"[A-Za-z0-9-]{1,500}")
COUPON = {
    "id": forms.text(),
    "percent_off": forms.text(10),
    "amount_off": forms.integer,
    "currency": forms.text(3),
    "duration": forms.choice("once"),
    "max_redemptions": forms.integer,
    "redeem_by": forms.integer,
    "name": forms.text(40),
    "metadata": forms.METADATA,
}
PROMOTION_CODE = {
    "promotion": {"type": forms.choice("coupon"), "coupon": forms.text()},
    "code": forms.text(),
    "max_redemptions": forms.integer,
    "expires_at": forms.integer,
    "metadata": forms.METADATA,
}


@blp.post("/coupons")
def create_coupon() -> ResponseReturnValue:
    asked, context = body(COUPON), current_context()
    if ("percent_off" in asked) == ("amount_off" in asked):
        raise invalid("percent_off", "Exactly one of percent_off and amount_off is required.")
    if "amount_off" in asked and "currency" not in asked:
        raise invalid("currency", "A currency is required with amount_off.")
    coupon: Record = {
        "id": asked.get("id") or new_id("co"),
        "object": "coupon",
        "amount_off": asked.get("amount_off"),
        "created": context.now(),
        "currency": asked.get("currency"),
        "duration": "once",
        "livemode": context.live,
        "max_redemptions": asked.get("max_redemptions"),
        "metadata": asked.get("metadata") or {},
        "name": asked.get("name"),
        "percent_off": _percent(asked["percent_off"]) if "percent_off" in asked else None,
        "redeem_by": asked.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }
    with context.store.transaction():
        if context.store.get(COUPON_KIND, coupon["id"]):
            raise invalid("id", "Coupon already exists.", "resource_already_exists")
        return jsonify(context.save(COUPON_KIND, coupon, "coupon.created"))


def _percent(value: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", value) or not 0 < float(value) <= 100:
        raise invalid("percent_off", "Invalid percent_off: must be above 0 and at most 100.")
    return float(value)


@blp.get("/coupons/<coupon_id>")
def read_coupon(coupon_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(current_context().load(COUPON_KIND, coupon_id))


@blp.post("/promotion_codes")
def create_promotion_code() -> ResponseReturnValue:
    asked, context = body(PROMOTION_CODE), current_context()
    coupon, code = (asked.get("promotion") or {}).get("coupon", ""), asked.get("code") or new_id("promo")[-8:]
    if not CODE.fullmatch(code):
        raise invalid("code", "A code consists of letters, digits and hyphens.")
    record = {
        "id": new_id("promo"),
        "object": "promotion_code",
        "active": True,
        "code": code,
        "created": context.now(),
        "customer": None,
        "expires_at": asked.get("expires_at"),
        "livemode": context.live,
        "max_redemptions": asked.get("max_redemptions"),
        "metadata": asked.get("metadata") or {},
        "promotion": {"type": "coupon", "coupon": context.load(COUPON_KIND, coupon)["id"]},
        "restrictions": {"first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None},
        "times_redeemed": 0,
    }
    with context.store.transaction():
        if any(each["code"].lower() == code.lower() for each in context.store.find(CODE_KIND)):
            raise invalid("code", "An active promotion code with that code already exists.")
        return jsonify(context.save(CODE_KIND, record))


@blp.get("/promotion_codes")
def list_promotion_codes() -> ResponseReturnValue:
    asked = query({**LISTING, "code": forms.text()})
    return jsonify(page(current_context().store, CODE_KIND, asked, "/v1/promotion_codes", lambda each: each))


def redeemable(context: Context, asked: Record) -> Record:
    """Return a discount of a session.

    Raises:
        StripeError: 400 or 404, there is no such coupon, or it cannot be redeemed any more.
    """
    coupon_id, code_id = asked.get("coupon"), asked.get("promotion_code")
    if code_id is not None:
        coupon_id = context.load(CODE_KIND, code_id)["promotion"]["coupon"]
    coupon = context.load(COUPON_KIND, coupon_id or "")
    if coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]:
        raise StripeError(400, "This coupon has been redeemed as often as it can.", code="coupon_expired")
    if coupon["redeem_by"] is not None and coupon["redeem_by"] <= context.now():
        raise StripeError(400, "This coupon has expired.", code="coupon_expired")
    return {"coupon": coupon["id"], "promotion_code": code_id}


def discount(context: Context, coupon_id: str, subtotal: int, currency: str) -> int:
    """Return what a coupon takes off, rounded half up to minor units, and at most everything."""
    coupon = context.load(COUPON_KIND, coupon_id)
    if coupon["percent_off"] is not None:
        hundredths = round(coupon["percent_off"] * 100)
        return (subtotal * hundredths * 2 + 10_000) // 20_000
    if coupon["currency"] != currency:
        raise invalid("discounts", f"The coupon {coupon_id} is in another currency.")
    return min(subtotal, int(coupon["amount_off"]))


def redeem(context: Context, session: Record) -> None:
    """Count the uses of a completed session's discounts."""
    for each in session["discounts"]:
        coupon = context.load(COUPON_KIND, each["coupon"])
        context.save(COUPON_KIND, coupon | {"times_redeemed": coupon["times_redeemed"] + 1})
