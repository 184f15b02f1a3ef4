"""Which events of payments tell whom."""

import pytest

from learnstream.models import EventType, User
from learnstream.services.foundation import events
from learnstream.services.messaging.notices import wording
from learnstream.stores.sql import db
from tests.notices import follow_events, notices, replay, told
from tests.orders import store_order


@pytest.fixture
def order(learner, course):
    return store_order(learner, course)


def record(event_type, order, amount=4900, **data):
    of_order = {"order_id": order.id, "user_id": order.user_id, "course_id": order.course_id}
    events.record(event_type, "1", **of_order, amount=amount, currency="eur", **data)
    db.session.commit()
    follow_events()


def test_the_buyer_is_told_of_a_payment_once(order, learner, admin):
    record(EventType.ORDER_PAID, order)
    replay()

    assert told() == [(learner.id, "payment_received", 1)]
    [notice] = notices()
    assert notice["facts"] == {"course": "Astronomy", "amount": 4900, "currency": "eur"}
    assert notice["target"] == {"kind": "order", "id": str(order.id)}


def test_nobody_is_told_of_a_payment_of_nothing(order):
    record(EventType.ORDER_PAID, order, amount=0)

    assert told() == []


def test_the_buyer_is_told_of_a_refund(order, learner):
    record(EventType.ORDER_REFUNDED, order, refund_id=3)

    assert told() == [(learner.id, "payment_refunded", 1)]


@pytest.mark.parametrize(
    ("event_type", "data", "risk"),
    [
        (EventType.PAYMENT_DISPUTED, {"dispute_id": 1, "status": "needs_response"}, "disputed"),
        (EventType.PAYMENT_WARNED, {"fraud_type": "misc"}, "warned"),
    ],
)
def test_administrators_are_told_that_money_may_be_taken_back(order, admin, event_type, data, risk):
    record(event_type, order, **data)

    assert told() == [(admin.id, "payment_at_risk", 1)]
    assert notices()[0]["facts"]["risk"] == risk


def test_the_title_is_that_of_the_order(order, learner, course):
    order.course_title = "Astronomy, as it was sold"
    db.session.commit()

    record(EventType.ORDER_PAID, order)

    assert notices()[0]["facts"]["course"] == "Astronomy, as it was sold"


def test_amounts_are_written_as_in_the_language_of_the_account(order, learner):
    db.session.get(User, learner.id).language = "pt-BR"
    db.session.commit()

    record(EventType.ORDER_PAID, order)

    assert wording.text(notices()[0]) == "Recebemos seu pagamento de 49,00 EUR por “Astronomy”"
