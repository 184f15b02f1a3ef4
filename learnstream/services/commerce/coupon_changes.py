"""Administration of coupons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.coupons import CouponCodeTaken, CouponInUse, NoSuchCoupon
from learnstream.models import Coupon, CouponUse, CouponUseState
from learnstream.services.authoring import existing_courses
from learnstream.services.commerce import coupons
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.text import folding, money
from learnstream.text.money import InvalidMoney, Money

NEWEST = Columns((Coupon.id,), descending=True)
SHOWN = (
    *("id", "code", "percent", "amount_off", "currency", "course_ids", "starts_at", "ends_at"),
    *("max_uses", "max_uses_per_user", "archived_at", "created_at", "updated_at"),
)


def browse(*, part: Part, archived: bool | None = None, code: str | None = None) -> Found[dict[str, Any]]:
    """Return a part of the coupons, newest first, with how often each is used."""
    conditions: list[ColumnElement[bool]] = []
    if archived is not None:
        conditions.append(Coupon.archived_at.is_not(None) if archived else Coupon.archived_at.is_(None))
    if code is not None:
        conditions.append(Coupon.code_key == folding.caseless(code))
    found = tuples_of(_query().where(*conditions), NEWEST, part)
    return found.showing([_shown(*each) for each in found.entries])


def find(coupon_id: int) -> dict[str, Any]:
    """Return a coupon with how often it is used.

    Raises:
        NoSuchCoupon: it does not exist.
    """
    found = db.session.execute(_query().where(Coupon.id == coupon_id)).first()
    if found is None:
        raise NoSuchCoupon()
    return _shown(*found)


def create(*, by: int, code: str, **fields: Any) -> dict[str, Any]:
    """Create a coupon.

    Raises:
        CouponCodeTaken: another one has the code.
        Unprocessable: the amount cannot be charged, there are no such courses, or it would end before it starts.
    """
    _check_amount(fields.get("amount_off"), fields.get("currency"))
    existing_courses.require(fields.get("course_ids") or ())
    _check_period(fields.get("starts_at"), fields.get("ends_at"))
    values = {"code": code, "code_key": folding.caseless(code), "created_by": by, **fields}
    # The unique index decides between requests at once.
    coupon = db.session.scalar(insert(Coupon).values(values).on_conflict_do_nothing().returning(Coupon))
    if coupon is None:
        raise CouponCodeTaken()
    _record("coupon.created", coupon, by)
    return find(coupon.id)


def change(coupon_id: int, *, by: int, archived: bool | None = None, **fields: Any) -> dict[str, Any]:
    """Change when, for which courses and how often a coupon can be used, archive it or restore it.

    Orders that use it keep their discounts.

    Raises:
        NoSuchCoupon: it does not exist.
        Unprocessable: there are no such courses, or it would end before it starts.
    """
    coupon = _lock(coupon_id)
    added = set(fields.get("course_ids") or ()) - set(coupon.course_ids or ())
    existing_courses.require(sorted(added))
    for name, value in fields.items():
        setattr(coupon, name, value)
    _check_period(coupon.starts_at, coupon.ends_at)
    if archived is not None:
        coupon.archived_at = (coupon.archived_at or now()) if archived else None
    _record("coupon.changed", coupon, by, fields=sorted([*fields, *([] if archived is None else ["archived"])]))
    db.session.flush()
    return find(coupon_id)


def remove(coupon_id: int, *, by: int) -> None:
    """Delete a coupon that no order has used; its code is free again.

    Raises:
        NoSuchCoupon: it does not exist.
        CouponInUse: an order has used it, if only for a while.
    """
    coupon = _lock(coupon_id)
    if db.session.scalar(select(CouponUse.id).where(CouponUse.coupon_id == coupon_id).limit(1)) is not None:
        raise CouponInUse()
    _record("coupon.deleted", coupon, by)
    db.session.delete(coupon)
    db.session.flush()


def _query() -> Select[Any]:
    use = aliased(CouponUse)
    uses = (
        select(func.count(), func.count().filter(use.state == CouponUseState.KEPT))
        .where(use.coupon_id == Coupon.id, use.state.in_(coupons.COUNTED))
        .correlate(Coupon)
        .lateral()
    )
    return select(Coupon, *uses.c).join(uses, Coupon.id.is_not(None))


def _shown(coupon: Coupon, uses: int, kept: int) -> dict[str, Any]:
    return {name: getattr(coupon, name) for name in SHOWN} | {"uses": uses, "paid_uses": kept}


def _lock(coupon_id: int) -> Coupon:
    # Not `key_share`: an order that begins to use it meanwhile must wait whether it is deleted.
    coupon = db.session.get(Coupon, coupon_id, with_for_update=True, populate_existing=True)
    if coupon is None:
        raise NoSuchCoupon()
    return coupon


def _check_amount(amount: int | None, currency: str | None) -> None:
    if amount is None or currency is None:
        return
    # It may be less than can be charged, but must have the same steps.
    least = money.minimum(currency)
    try:
        money.check(Money(amount if amount >= least else least + amount % money.step(currency), currency))
    except InvalidMoney as error:
        name = "amount_off" if error.field == "amount" else error.field
        raise Unprocessable(errors={"json": {name: [str(error)]}}) from None


def _check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if starts_at and ends_at and ends_at <= starts_at:
        raise Unprocessable(errors={"json": {"ends_at": ["Must be after `starts_at`."]}})


def _record(action: str, coupon: Coupon, by: int, **details: Any) -> None:
    about: Mapping[str, Any] = {"code": coupon.code, **details}
    audit.record(action, actor_id=by, target_kind="coupon", target_id=coupon.id, **about)
