"""The payment service's webhook events."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.payment_service import NoSuchPaymentEvent, PaymentEventNotParked
from learnstream.models import ReceivedPaymentEvent
from learnstream.schemas.commerce.payment_event import (
    PaymentEventFilterSchema,
    PaymentEventSchema,
    PaymentEventWithPayloadSchema,
)
from learnstream.services.commerce import payment_events
from learnstream.web.paging import CursorSchema, Page


@blp.get("/payment-events")
@blp.arguments(PaymentEventFilterSchema, location="query")
@admins_only
@blp.response(200, PaymentEventSchema(many=True), example=[examples.PAYMENT_EVENT])
@blp.paginate(CursorSchema)
def list_payment_events(filters: dict[str, Any], page: Page) -> list[ReceivedPaymentEvent]:
    """List the payment service's webhook events, newest first.

    All events, or those of a type, in a state or about an order.
    """
    return entries(page, payment_events.browse(**filters, part=requested_part(page)))


@blp.get("/payment-events/<string:payment_event_id>")
@admins_only
@blp.response(200, PaymentEventWithPayloadSchema, example=examples.WHOLE_PAYMENT_EVENT)
@blp.raises(NoSuchPaymentEvent)
def read_payment_event(payment_event_id: str) -> ReceivedPaymentEvent:
    """Get a webhook event of the payment service with its payload.

    The payload is the event as the service sent it. It may name the buyer.
    """
    return payment_events.find(payment_event_id)


@blp.post("/payment-events/<string:payment_event_id>/replay")
@confirms_caller
@admins_only
@commits()
@blp.response(202, PaymentEventSchema, example=examples.REPLAYED_PAYMENT_EVENT)
@blp.raises(NoSuchPaymentEvent)
def replay_payment_event(payment_event_id: str) -> ReceivedPaymentEvent:
    """Have a webhook event of the payment service handled again, with all its tries.

    Replaying an event that was already applied has no effect.
    """
    return payment_events.replay(payment_event_id, by=caller.id)


@blp.post("/payment-events/<string:payment_event_id>/skip")
@confirms_caller
@admins_only
@commits()
@blp.response(200, PaymentEventSchema, example=examples.SKIPPED_PAYMENT_EVENT)
@blp.raises(NoSuchPaymentEvent, PaymentEventNotParked)
def skip_payment_event(payment_event_id: str) -> ReceivedPaymentEvent:
    """Give up a parked webhook event of the payment service for good.

    The order that it is about stays as it is. Replaying the event takes this back.
    """
    return payment_events.skip(payment_event_id, by=caller.id)
