"""Examples of prices, orders and checkouts."""

from learnstream.web import cast

PRICE = {"price": cast.PRICE, "history": [{"price": cast.PRICE, "since": cast.CREATED_AT, "changed_by": cast.ADMIN_ID}]}
FREE = {
    "price": None,
    "history": [{"price": None, "since": cast.EDITED_AT, "changed_by": cast.ADMIN_ID}, *PRICE["history"]],
}
AMOUNTS = {"subtotal": cast.PRICE["amount"], "discount": 980, "tax": 0, "total": 3920, "currency": "eur"}
CHECKOUT = {
    **AMOUNTS,
    "order_id": cast.ORDER_ID,
    "state": "pending",
    "checkout_url": cast.CHECKOUT_URL,
    "expires_at": cast.OPENS_AT,
}
PAYMENT = {
    "amount": AMOUNTS["total"],
    "currency": AMOUNTS["currency"],
    "paid_at": cast.ENROLLED_AT,
    "receipt_url": cast.RECEIPT_URL,
    "invoice_url": None,
    "invoice_pdf_url": None,
}
ORDER = {
    **AMOUNTS,
    "id": cast.ORDER_ID,
    "course_id": cast.COURSE_ID,
    "course_title": cast.COURSE_TITLE,
    "course_version": 2,
    "state": "paid",
    "on_its_way": False,
    "coupon": cast.COUPON_CODE,
    "refunded": 0,
    "checkout_url": None,
    "accepted_terms_at": cast.REGISTERED_AT,
    "created_at": cast.REGISTERED_AT,
    "paid_at": cast.ENROLLED_AT,
    "closed_at": None,
    "payments": [PAYMENT],
}
