"""Orders and their refunds."""

from typing import Any

from flask import Response, request

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common import csv_export, idempotency
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller, recent_sign_in
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.commerce import NoSuchOrder
from learnstream.errors.payment_service import Unconfigured
from learnstream.errors.refunds import NoSuchPayment, NothingToRefund, PaymentDisputed, RefundRefused
from learnstream.models import Refund, RefundState
from learnstream.schemas.commerce.admin_order import (
    AdminOrderEntrySchema,
    AdminOrderSchema,
    OrderFilterSchema,
    RefundRequestSchema,
    RefundSchema,
)
from learnstream.services.commerce import admin_orders, refunding, refunds
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import CursorSchema, Page

WAITING = "The payment service has not answered, and is asked again until it does."

NOT_ANSWERED = {"state": RefundState.REQUESTED.value, "vendor_id": None, "refunded_at": None}
REQUESTED = example_of(RefundSchema()) | NOT_ANSWERED


@blp.get("/orders")
@blp.arguments(OrderFilterSchema, location="query")
@admins_only
@blp.response(200, AdminOrderEntrySchema(many=True))
@blp.paginate(CursorSchema)
def list_orders(query: dict[str, Any], page: Page) -> list[dict[str, Any]]:
    """List orders, newest first.

    All orders, or those that match all of the filters.
    """
    return entries(page, admin_orders.browse(**query, part=requested_part(page)))


@blp.get("/orders.csv")
@blp.arguments(OrderFilterSchema, location="query")
@admins_only
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_orders(query: dict[str, Any]) -> Response:
    """Export orders as CSV, newest first.

    With the filters of the list. Amounts are in the currency's minor unit, which has so many `decimals`.
    """
    return stream_csv("orders", admin_orders.CSV, admin_orders.export(**query))


@blp.get("/orders/<row_id:order_id>")
@admins_only
@blp.response(200, AdminOrderSchema)
@blp.raises(NoSuchOrder)
def read_admin_order(order_id: int) -> dict[str, Any]:
    """Get an order with its payments, refunds and disputes.

    And with its entries of the ledger.
    """
    return admin_orders.find(order_id)


@blp.post("/orders/<row_id:order_id>/refund")
@blp.arguments(RefundRequestSchema)
@confirms_caller
@admins_only
@recent_sign_in()
@commits(idempotency_key=True)
@blp.response(201, RefundSchema, description="The payment service has accepted the refund.")
@blp.alt_response(202, schema=RefundSchema, description=WAITING, example=REQUESTED)
@blp.raises(NoSuchOrder, NoSuchPayment, NothingToRefund, PaymentDisputed, RefundRefused, Unconfigured)
def create_refund(body: dict[str, Any], order_id: int) -> tuple[Refund, int]:
    """Refund a payment of an order, in part or in full.

    The refund is stored, and then requested from the payment service. Without an answer, the status is 202 and the refund
    `requested`: it is requested again, with the same effect, until there is one. Once all of an order is refunded, the
    enrollment ends, unless there is another reason for it or `keep_seat` was true. Needs a recent sign-in.
    """
    key = request.headers.get(idempotency.HEADER)
    refund = refunding.try_once(refunds.request_of_order(order_id, by=caller.id, request_key=key, **body))
    return refund, 202 if refund.state is RefundState.REQUESTED else 201
