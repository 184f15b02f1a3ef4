"""Errors of refunds."""

from learnstream.errors import Conflict, NotFound


class NoSuchPayment(NotFound):
    detail = "The order has no such payment."


class NothingToRefund(Conflict):
    code = "nothing_to_refund"
    detail = "Nothing is left to refund: the order was not paid with money, or all of it is refunded or being refunded."


class PaymentDisputed(Conflict):
    code = "payment_disputed"
    detail = "The buyer's bank has taken the money back in a dispute; refunding it as well would pay it twice."


class RefundRefused(Conflict):
    code, detail = (
        "refund_refused",
        "The payment service refused the refund; `failure_reason` of the order's refund says why.",
    )
