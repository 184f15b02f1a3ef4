"""Administration of coupons."""

from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.coupons import CouponCodeTaken, CouponInUse, NoSuchCoupon
from learnstream.schemas.commerce.coupon import CouponPatchSchema, CouponQuerySchema, CouponSchema, NewCouponSchema
from learnstream.services.commerce import coupon_changes
from learnstream.web.paging import CursorSchema, Page

Shown = dict[str, Any]


@blp.get("/coupons")
@blp.arguments(CouponQuerySchema, location="query")
@admins_only
@blp.response(200, CouponSchema(many=True))
@blp.paginate(CursorSchema)
def list_coupons(query: dict[str, Any], page: Page) -> list[Shown]:
    """List coupons, newest first.

    All coupons, or those that are archived or are not.
    """
    return entries(page, coupon_changes.browse(**query, part=requested_part(page)))


@blp.post("/coupons")
@blp.arguments(NewCouponSchema)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, CouponSchema)
@blp.raises(CouponCodeTaken)
def create_coupon(body: dict[str, Any]) -> Shown:
    """Create a coupon.

    It takes a percentage or an amount off the price of courses. A discount is rounded down to what can be charged in the
    currency. With 100 %, or an amount of at least the price, buyers are enrolled without a payment. Orders with which more than nothing, but
    less than can be charged would be left to pay, are refused.
    """
    return coupon_changes.create(by=caller.id, **body)


@blp.get("/coupons/<row_id:coupon_id>")
@admins_only
@blp.response(200, CouponSchema)
@blp.raises(NoSuchCoupon)
def read_coupon(coupon_id: int) -> Shown:
    """Get a coupon.

    With how often it is used.
    """
    return coupon_changes.find(coupon_id)


@blp.patch("/coupons/<row_id:coupon_id>")
@blp.arguments(CouponPatchSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, CouponSchema)
@blp.raises(NoSuchCoupon)
def update_coupon(body: dict[str, Any], coupon_id: int) -> Shown:
    """Change when, for which courses and how often a coupon can be used, archive it or restore it.

    Its code and what it takes off never change. Orders that use it keep their discounts.
    """
    return coupon_changes.change(coupon_id, by=caller.id, **body)


@blp.delete("/coupons/<row_id:coupon_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchCoupon, CouponInUse)
def delete_coupon(coupon_id: int) -> None:
    """Delete a coupon that no order has used.

    One that was used must be archived instead.
    """
    coupon_changes.remove(coupon_id, by=caller.id)
