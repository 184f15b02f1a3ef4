"""Events: what is stored of them, and what they say."""

import json
from datetime import UTC, datetime

import pytest

from learnstream.errors.payment_service import (
    EventSignatureInvalid,
    NotAPaymentEvent,
    OtherMode,
    PaymentServiceError,
    Unconfigured,
)
from learnstream.errors.requests import MalformedJson
from learnstream.integrations.payments import (
    Checkout,
    CheckoutStatus,
    DisputeStatus,
    FraudWarning,
    PaymentStatus,
    RefundedCharge,
    RefundStatus,
    UnreadableEvent,
    VendorDispute,
    VendorRefund,
)
from learnstream.integrations.stripe import events
from learnstream.integrations.stripe.adapter import StripePayments
from tests.integrations.stripe.conftest import EXAMPLES

BULK, DEBIT, DEBIT_PAID, FREE, EXPIRED, PART_REFUNDED, REFUND_FAILED, DISPUTED = EXAMPLES
WARNING = {
    "id": "issfr_1",
    "object": "radar.early_fraud_warning",
    "actionable": True,
    "charge": "ch_1",
    "created": 1795000000,
    "fraud_type": "unauthorized_use_of_card",
    "livemode": False,
    "payment_intent": "pi_1",
}


def event(event_type="checkout.session.completed", about=None, **changes):
    about = {**BULK["data"]["object"], **changes} if about is None else {**about, **changes}
    return {**BULK, "type": event_type, "data": {"object": about}}


def read(payload):
    return events.read(json.dumps(payload).encode())


def about(*args, **kwargs):
    return read(event(*args, **kwargs)).object


@pytest.fixture
def receive(stripe, payments):
    """Return a function that receives a signed event, or any other body."""

    def receive(body):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return payments.receive_event(raw, stripe.sign(raw)["Stripe-Signature"])

    return receive


def instant(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def test_an_example_of_a_paid_checkout():
    found = read(BULK)

    assert (found.id, found.type, found.created_at, found.livemode) == (
        "evt_1ExampleLearnStream000001",
        "checkout.session.completed",
        instant(1795000097),
        False,
    )
    assert found.object == Checkout(
        id="cs_test_a1ExampleBulkSeats0001",
        status=CheckoutStatus.COMPLETE,
        payment_status=PaymentStatus.PAID,
        url=None,
        expires_at=instant(1795003600),
        subtotal=14700,
        total=11760,
        tax=0,
        currency="eur",
        order_id=None,  # not one of ours: those are numbers
        attempt=None,
        reference=None,
        payment_id="pi_3ExampleBulk0001",
        charge_id=None,
        receipt_url=None,
        invoice_url=None,
        invoice_pdf_url=None,
        livemode=False,
        created_at=instant(1795000000),
    )


@pytest.mark.parametrize(
    ("payload", "status", "payment_status", "total", "currency", "payment_id"),
    [
        (DEBIT, "complete", "unpaid", 4900, "eur", "pi_3ExampleSepa0002"),
        (DEBIT_PAID, "complete", "paid", 4900, "eur", "pi_3ExampleSepa0002"),
        (FREE, "complete", "no_payment_required", 0, "eur", None),
        (EXPIRED, "expired", "unpaid", 6800, "jpy", None),
    ],
    ids=["debit", "debit paid", "free", "expired"],
)
def test_the_other_examples_of_checkouts(payload, status, payment_status, total, currency, payment_id):
    found = read(payload).object

    assert (found.status, found.payment_status) == (status, payment_status)
    assert (found.total, found.currency, found.payment_id) == (total, currency, payment_id)
    assert found.payment_failed is False


def test_the_examples_of_money_back():
    assert read(PART_REFUNDED).object == RefundedCharge(
        "ch_3ExampleBulk0001", "pi_3ExampleBulk0001", amount=11760, amount_refunded=7840, currency="eur"
    )
    refund = read(REFUND_FAILED).object
    assert isinstance(refund, VendorRefund)
    assert (refund.status, refund.amount, refund.currency) == (RefundStatus.FAILED, 3920, "eur")
    assert (refund.charge_id, refund.payment_id, refund.refund_id) == ("ch_3ExampleBulk0001", "pi_3ExampleBulk0001", 77)
    assert refund.failure_reason == "expired_or_canceled_card"


def test_the_example_of_a_dispute():
    dispute = read(DISPUTED).object

    assert isinstance(dispute, VendorDispute)
    assert (dispute.status, dispute.reason) == (DisputeStatus.NEEDS_RESPONSE, DISPUTED["data"]["object"]["reason"])
    assert dispute.due_by == instant(DISPUTED["data"]["object"]["evidence_details"]["due_by"])


def test_a_fraud_warning():
    assert about("radar.early_fraud_warning.created", WARNING) == FraudWarning(
        "issfr_1", "pi_1", "ch_1", "unauthorized_use_of_card", instant(1795000000)
    )


def test_a_failed_debit_is_told_by_the_events_type_alone():
    failed = {**DEBIT, "type": "checkout.session.async_payment_failed"}

    assert read(failed).object.payment_failed is True


@pytest.mark.parametrize("event_type", ["payment_intent.succeeded", "charge.succeeded", "invoice.paid", "of.tomorrow"])
def test_other_events_say_nothing(event_type):
    assert read({**BULK, "type": event_type, "data": {"object": {"id": 7}}}).object is None


@pytest.mark.parametrize("mode", ["subscription", "setup"])
def test_sessions_of_other_modes_are_not_ours(mode):
    assert about(mode=mode, amount_total=None, currency=None) is None


def test_our_numbers_are_read_from_metadata():
    found = about(metadata={"order_id": "7", "attempt": "2"})

    assert (found.order_id, found.attempt) == (7, 2)


@pytest.mark.parametrize(
    "value",
    ["", "0", "-7", "07", "7.0", " 7", "7\n", "\u0667", "\uff17", "1_0", "9" * 19, 7, True, None, ["7"], "\ud800"],
)
def test_what_others_write_into_metadata_is_not_ours(value):
    assert about(metadata={"order_id": value}).order_id is None
    assert about(metadata={"order_id": value, "attempt": "1"}).order_id is None
    assert about(metadata=None).order_id is None


def test_the_order_of_another_shop_is_not_ours():
    """Others that use the account call their orders `order_id` as well."""
    assert about(metadata={"order_id": "7"}).order_id is None


@pytest.mark.parametrize(
    ("event_type", "record", "name"),
    [
        ("checkout.session.completed", BULK["data"]["object"], "status"),
        ("checkout.session.completed", BULK["data"]["object"], "payment_status"),
        ("refund.updated", REFUND_FAILED["data"]["object"], "status"),
        ("charge.dispute.updated", DISPUTED["data"]["object"], "status"),
    ],
)
@pytest.mark.parametrize("word", ["of_tomorrow", "PAID", ""])
def test_a_new_word_is_unknown(event_type, record, name, word):
    assert getattr(about(event_type, record, **{name: word}), name) == "unknown"


def test_a_new_reason_is_kept_if_it_is_a_word():
    record = DISPUTED["data"]["object"]

    assert about("charge.dispute.updated", record, reason="of_tomorrow").reason == "of_tomorrow"
    assert about("charge.dispute.updated", record, reason="<b>\0").reason == "unknown"


def test_new_fields_and_missing_optional_ones_do_no_harm():
    required = {"id", "object", "mode", "payment_status", "expires_at", "amount_subtotal", "amount_total", "currency"}
    record = BULK["data"]["object"]
    bare = {name: value for name, value in record.items() if name in required | {"livemode", "created"}}

    found = read({**BULK, "data": {"object": {**bare, "of_tomorrow": {"a": [1]}}}}).object

    assert (found.id, found.total, found.status) == (record["id"], 11760, CheckoutStatus.UNKNOWN)
    assert (found.payment_id, found.url, found.tax) == (None, None, 0)


@pytest.mark.parametrize(
    "changes",
    [
        *({"amount_total": value} for value in (None, -1, 11760.0, "11760", True, 10**16, [])),
        *({"currency": value} for value in (None, "EUR", "eu", "eur\n", 7, "€€€")),
        *({"id": value} for value in (None, "", 7, "a b", "cs_\0", "x" * 256, {})),
        *({"created": value} for value in (None, 1.5, "1795000000", True, 10**20, -(10**20))),
        *({"livemode": value} for value in (None, 0, "false")),
        *({"object": "refund"}, {"mode": "of_tomorrow"}, {"payment_intent": 7}, {"metadata": "text"}),
        *({"total_details": {"amount_tax": -1}}, {"payment_intent": {"id": None, "latest_charge": 7}}),
    ],
    ids=ascii,
)
def test_an_object_of_an_unexpected_shape_is_unreadable(changes):
    with pytest.raises(UnreadableEvent):
        about(**changes)


@pytest.mark.parametrize("data", [{}, {"object": None}, {"object": []}, {"object": {}}, {"object": "cs_1"}])
def test_an_event_without_an_object_is_unreadable(data):
    with pytest.raises(UnreadableEvent):
        read({**BULK, "data": data})


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.test", "https://a b", "https://\0", 7, "https://" + "x" * 5000]
)
def test_what_no_browser_should_follow_is_no_link(url):
    assert about(url=url).url is None


def test_an_amount_has_the_currency_of_its_object_report_25():
    """Report 25: amounts were decoded with the order's currency instead of the one in Stripe's object."""
    yen = about("refund.created", REFUND_FAILED["data"]["object"], amount=500, currency="jpy")

    assert (yen.amount, yen.currency) == (500, "jpy")


def test_an_event_is_received_with_its_bytes(receive):
    raw = json.dumps(BULK, indent=1).encode()

    received = receive(raw)

    assert (received.id, received.type, received.body) == (BULK["id"], BULK["type"], raw)
    assert (received.created_at, received.livemode) == (instant(1795000097), False)


@pytest.mark.parametrize("payload", EXAMPLES, ids=[each["type"] for each in EXAMPLES])
def test_every_example_is_received_and_read(receive, payload):
    assert events.read(receive(payload).body) == read(payload)


def test_an_event_that_cannot_be_read_is_received_nevertheless(receive):
    assert receive(event(amount_total="a lot")).id == BULK["id"]


@pytest.mark.parametrize(
    "body",
    [
        *([], "text", 7, None, {}, [BULK]),
        *(
            {name: value for name, value in BULK.items() if name != missing}
            for missing in ("id", "type", "object", "data", "created", "livemode")
        ),
        *({**BULK, "id": value} for value in (7, "", "e\0", "\ud800", "e" * 256)),
        *({**BULK, "type": value} for value in (7, "", "a b", "x" * 101)),
        *({**BULK, "object": value} for value in ("v2.core.event", "charge", None)),
        *({**BULK, "data": value} for value in (None, [], "text")),
        *({**BULK, "livemode": value} for value in (None, 1, "false")),
        *({**BULK, "created": value} for value in (None, "now", 1.5, 10**30)),
    ],
    ids=lambda body: ascii(body)[:40],
)
def test_what_is_no_event_is_a_bad_request(receive, body):
    with pytest.raises(NotAPaymentEvent):
        receive(body)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"id": NaN}', b'{"id":1,"id":2}'], ids=lambda body: repr(body[:9])
)
def test_what_is_no_json_is_a_bad_request(receive, body):
    with pytest.raises(MalformedJson):
        receive(body)


def test_report_11_forged_events_are_refused_and_without_a_secret_all_are(stripe, payments):
    """Report 11: signatures were not checked, or everything was accepted while no secret was set."""
    raw = json.dumps(BULK).encode()
    header, unset = stripe.sign(raw)["Stripe-Signature"], StripePayments(stripe.url, "sk_test_12345678", [])

    with pytest.raises(EventSignatureInvalid):
        payments.receive_event(raw, stripe.sign(raw, secret="whsec_forged")["Stripe-Signature"])
    with pytest.raises(EventSignatureInvalid):
        payments.receive_event(raw, "")
    for given in (header, ""):
        with pytest.raises(Unconfigured):
            unset.receive_event(raw, given)


@pytest.mark.parametrize("key", ["sk_test_12345678", "rk_test_12345678", "sk_live_12345678", "rk_live_12345678"])
def test_report_12_events_of_the_other_mode_are_refused(stripe, key):
    """Report 12: events of the other mode were taken for real ones."""
    service = StripePayments(stripe.url, key, [stripe.environment()["STRIPE_WEBHOOK_SECRETS"]])
    bodies = {live: json.dumps({**BULK, "livemode": live}).encode() for live in (True, False)}

    assert service.livemode is ("_live_" in key)
    same, other = bodies[service.livemode], bodies[not service.livemode]
    assert service.receive_event(same, stripe.sign(same)["Stripe-Signature"]).livemode is service.livemode
    with pytest.raises(OtherMode):
        service.receive_event(other, stripe.sign(other)["Stripe-Signature"])


@pytest.mark.parametrize(
    "event_type", ["payment_intent.succeeded", "payment_intent.payment_failed", "charge.succeeded"]
)
def test_report_13_events_of_payments_without_our_metadata_are_no_errors(receive, event_type):
    """Report 13: the order's id was in the session's metadata only, so that `payment_intent.*` ended in 500."""
    about_payment = {"id": "pi_1", "object": "payment_intent", "metadata": {}}

    received = receive({**BULK, "type": event_type, "data": {"object": about_payment}})

    assert events.read(received.body).object is None


def test_errors_of_events_are_not_those_of_calls():
    assert not issubclass(NotAPaymentEvent, PaymentServiceError)
