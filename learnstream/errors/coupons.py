"""Errors of coupons."""

from learnstream.errors import Conflict, NotFound


class NoSuchCoupon(NotFound):
    detail = "The coupon does not exist."


class CouponCodeTaken(Conflict):
    code, detail = "coupon_code_taken", "Another coupon has this code; case makes no difference."


class CouponInUse(Conflict):
    code, detail = "coupon_in_use", "Orders have used this coupon; archive it instead."


class CouponUnknown(Conflict):
    code, detail = "coupon_unknown", "There is no coupon with this code, or it is not valid now."


class CouponNotForCourse(Conflict):
    code, detail = "coupon_not_for_course", "The coupon is not valid for this course."


class CouponNotForCurrency(Conflict):
    code, detail = "coupon_not_for_currency", "The coupon is not valid for prices in this currency."


class CouponUsedUp(Conflict):
    code, detail = "coupon_used_up", "The coupon has been used as often as it may be."


class CouponUsedByBuyer(Conflict):
    code, detail = "coupon_used_by_you", "You have used this coupon as often as you may."


class CouponLeavesTooLittle(Conflict):
    code = "coupon_leaves_too_little"
    detail = "With this coupon, less would be left to pay than can be charged."
