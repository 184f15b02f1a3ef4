"""Errors of prices and orders."""

from typing import Any

from learnstream.errors import AppError, Conflict, NotFound, Retry, Unprocessable


class PaymentRequired(AppError):
    """The course has a price. The body names it, and the path of the checkout."""

    status, code, detail = 402, "payment_required", "This course has a price; buy it to enroll."
    retry = Retry.AFTER_ACCESS

    @classmethod
    def of(cls, course_id: str, price: dict[str, Any]) -> "PaymentRequired":
        return cls(checkout=f"/courses/{course_id}/checkout", price=price)


class NotForSale(Conflict):
    code, detail = "not_for_sale", "The course is free; enroll in it without an order."


class PriceChanged(Conflict):
    code, detail = "price_changed", "The price has changed since you saw it; the body names the present one."


class PaymentOnItsWay(Conflict):
    code, detail = (
        "payment_on_its_way",
        "Your payment for this course was started and has yet to arrive; the order follows it.",
    )
    retry = Retry.LATER


class CheckoutInProgress(Conflict):
    code, detail = "checkout_in_progress", "Another request is opening this checkout; try again in a moment."
    retry = Retry.LATER


class TermsNotAccepted(Unprocessable):
    def __init__(self) -> None:
        super().__init__(errors={"json": {"accept_terms": ["Must be true: accept the terms to buy."]}})


class NoSuchOrder(NotFound):
    detail = "The order does not exist."
