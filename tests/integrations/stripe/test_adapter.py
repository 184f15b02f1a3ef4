"""The adapter, connected to the emulator."""

from datetime import timedelta
from pathlib import Path

import pytest
import stripe as sdk

from devstack.stripe import Emulator
from learnstream.clock import now
from learnstream.errors.payment_service import AmountRefused, KeyReused, PaymentServiceError, Refused, Unknown
from learnstream.integrations.payments import CheckoutStatus, DisputeStatus, PaymentStatus, RefundStatus
from tests.integrations.stripe.conftest import adapter_of


def an_hour_ago():
    return now() - timedelta(hours=1)


def test_a_checkout_is_a_page_for_one_attempt_at_an_order(payments, checkout_request):
    request = checkout_request()

    checkout = payments.open_checkout(request)

    assert (checkout.status, checkout.payment_status) == (CheckoutStatus.OPEN, PaymentStatus.UNPAID)
    assert (checkout.order_id, checkout.attempt, checkout.livemode) == (7, 1, False)
    assert checkout.reference == request.reference
    assert (checkout.subtotal, checkout.total, checkout.tax, checkout.currency) == (4900, 4900, 0, "eur")
    assert checkout.url.startswith("http://127.0.0.1")
    assert int(checkout.expires_at.timestamp()) == int(request.expires_at.timestamp())
    assert payments.find_checkout(checkout.id) == checkout


def test_the_same_attempt_is_the_same_page_and_another_one_another(payments, checkout_request):
    request = checkout_request()
    first = payments.open_checkout(request)

    assert payments.open_checkout(request) == first
    assert payments.open_checkout(checkout_request(attempt=2)).id != first.id
    with pytest.raises(KeyReused):
        payments.open_checkout(checkout_request(amount=4800))


@pytest.mark.parametrize(("amount", "currency"), [(500, "jpy"), (12340, "kwd"), (150000, "isk"), (99_999_999, "usd")])
def test_amounts_are_sent_in_the_minor_unit(payments, checkout_request, amount, currency):
    checkout = payments.open_checkout(checkout_request(amount=amount, currency=currency))

    assert (checkout.total, checkout.currency) == (amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [(1, "eur"), (100_000_000, "eur"), (12345, "kwd"), (150, "isk")])
def test_an_amount_that_is_not_charged_is_told(payments, checkout_request, amount, currency):
    with pytest.raises(AmountRefused):
        payments.open_checkout(checkout_request(amount=amount, currency=currency))


def test_a_refusal_names_the_field(payments, checkout_request):
    with pytest.raises(Refused) as refused:
        payments.open_checkout(checkout_request(currency="ugx"))

    assert (refused.value.field, refused.value.permanent, refused.value.outcome_unknown) == ("currency", True, False)


@pytest.mark.parametrize(
    "name", ["Größe: 50 €", "岩石", "🪨" * 300, "a & b = [c]%", "x\0y", "\ud800 rocks", "<b>", "  x  "]
)
def test_any_name_can_be_sold(payments, checkout_request, name):
    assert payments.open_checkout(checkout_request(name=name, description=name)).url


def test_an_empty_description_and_an_address_outside_ascii_are_left_out(stripe, payments, checkout_request):
    payments.open_checkout(checkout_request(description="", buyer_email="jörg@exämple.test"))

    [session] = stripe.context.store.find("checkout_session")
    assert session["customer_email"] is None


def test_a_paid_checkout_has_its_payment_receipt_and_invoice(paid):
    checkout = paid()

    assert (checkout.status, checkout.payment_status, checkout.url) == (
        CheckoutStatus.COMPLETE,
        PaymentStatus.PAID,
        None,
    )
    assert checkout.payment_id.startswith("pi_")
    assert checkout.charge_id.startswith("ch_")
    assert f"/receipts/{checkout.charge_id}" in checkout.receipt_url
    assert "/invoices/in_" in checkout.invoice_url
    assert checkout.invoice_pdf_url.startswith(checkout.invoice_url)


def test_metadata_are_of_the_payment_as_well_report_13(stripe, paid):
    paid()

    [intent] = stripe.context.store.find("payment_intent")
    assert intent["metadata"] == {"order_id": "7", "attempt": "1", "reference": "20261128032000000000"}


def test_automatic_tax_is_in_the_total_and_not_in_the_subtotal(payments, checkout_request):
    checkout = payments.open_checkout(checkout_request(automatic_tax=True))

    assert checkout.subtotal == 4900
    assert checkout.total == 4900 + checkout.tax > 4900


def test_a_debit_waits_and_may_fail(stripe, payments, paid):
    waiting = paid("debit")
    assert (waiting.status, waiting.payment_status) == (CheckoutStatus.COMPLETE, PaymentStatus.UNPAID)
    assert waiting.payment_failed is False

    stripe.decide(waiting.id, succeeded=False)
    assert payments.find_checkout(waiting.id).payment_failed is True


def test_a_debit_may_succeed(stripe, payments, paid):
    waiting = paid("debit")
    stripe.decide(waiting.id)

    found = payments.find_checkout(waiting.id)
    assert (found.payment_status, found.payment_failed) == (PaymentStatus.PAID, False)
    assert found.invoice_url


def test_a_checkout_is_found_by_its_payment(payments, paid):
    checkout = paid()

    assert payments.find_checkout_of_payment(checkout.payment_id) == checkout
    assert payments.find_checkout_of_payment("pi_of_something_else") is None


def test_an_open_checkout_can_be_expired_and_a_paid_one_is_told(payments, paid, checkout_request):
    """As report 15 demands: the buyer may have been faster."""
    unpaid = payments.open_checkout(checkout_request(attempt=2))

    assert payments.expire_checkout(unpaid.id).status is CheckoutStatus.EXPIRED
    assert payments.expire_checkout(unpaid.id).status is CheckoutStatus.EXPIRED
    assert payments.expire_checkout(paid().id).payment_status is PaymentStatus.PAID


def test_lists_come_in_pages(stripe, payments, checkout_request, monkeypatch):
    monkeypatch.setattr("learnstream.integrations.stripe.adapter.PAGE", 2)
    opened = [payments.open_checkout(checkout_request(attempt=n)).id for n in range(1, 6)]

    pages, cursor = [], None
    while cursor is not None or not pages:
        pages.append(payments.list_checkouts(an_hour_ago(), cursor))
        cursor = pages[-1].next_cursor

    assert [[each.id for each in page.items] for page in pages] == [opened[:2:-1], opened[2:0:-1], opened[:1]]
    assert payments.list_checkouts(now() + timedelta(minutes=1)).items == []


def test_a_listed_checkout_tells_as_much_as_a_single_one(payments, paid):
    checkout = paid()

    assert payments.list_checkouts(an_hour_ago()).items == [checkout]


def test_what_others_sold_with_the_account_hides_nothing_in_a_list(stripe, payments, paid):
    checkout = paid()
    [session] = stripe.context.store.find("checkout_session")
    stripe.context.store.put("checkout_session", "cs_other", {**session, "id": "cs_other", "mode": "subscription"})

    assert payments.list_checkouts(an_hour_ago()).items == [checkout]


def test_a_refund_happens_once(stripe, payments, paid, refund_request):
    checkout = paid()
    request = refund_request(checkout)

    refund = payments.refund(request)

    assert (refund.status, refund.amount, refund.currency, refund.refund_id) == (RefundStatus.SUCCEEDED, 100, "eur", 5)
    assert (refund.payment_id, refund.charge_id) == (checkout.payment_id, checkout.charge_id)
    assert payments.refund(request) == refund == payments.find_refund(refund.id)
    assert payments.list_refunds(an_hour_ago()).items == [refund]
    assert payments.list_refunds_of_payment(checkout.payment_id).items == [refund]
    assert payments.list_refunds_of_payment("pi_other").items == []


def test_too_large_and_repeated_refunds_are_refused(payments, paid, refund_request):
    checkout = paid()
    with pytest.raises(Refused) as refused:
        payments.refund(refund_request(checkout, amount=4901))
    assert refused.value.field == "amount"

    payments.refund(refund_request(checkout, amount=4900, refund_id=6))
    with pytest.raises(Refused) as refused:
        payments.refund(refund_request(checkout, refund_id=7))
    assert refused.value.why == "charge_already_refunded"


def test_a_refund_in_the_dashboard_has_no_number_of_ours(stripe, payments, paid):
    stripe.refund(paid().charge_id, 100)

    [refund] = payments.list_refunds(an_hour_ago()).items
    assert refund.refund_id is None


def test_a_dispute_is_found(stripe, payments, paid):
    checkout = paid()
    opened = stripe.dispute(checkout.charge_id)

    dispute = payments.find_dispute(opened["id"])

    assert (dispute.charge_id, dispute.payment_id) == (checkout.charge_id, checkout.payment_id)
    assert (dispute.status, dispute.amount) == (DisputeStatus.NEEDS_RESPONSE, 4900)
    stripe.move_dispute(opened["id"], "won")
    assert payments.find_dispute(opened["id"]).status is DisputeStatus.WON


@pytest.mark.parametrize("find", ["find_checkout", "find_refund", "find_dispute"])
@pytest.mark.parametrize("of_id", ["cs_none", "../refunds", "a b?c=d#e", "%2e%2e"])
def test_what_does_not_exist_is_unknown(payments, find, of_id):
    with pytest.raises(Unknown):
        getattr(payments, find)(of_id)


@pytest.mark.parametrize("find", ["find_checkout", "find_refund", "find_dispute"])
def test_without_an_id_a_list_is_not_taken_for_an_object(payments, find):
    with pytest.raises(PaymentServiceError):
        getattr(payments, find)("")


def test_undelivered_events_are_listed_as_they_would_have_been_received(stripe, payments, paid):
    paid()
    delivered, *others = [each for each in stripe.take_events() if each.type in {"checkout.session.completed"}]
    assert not others

    [listed] = payments.list_events(an_hour_ago(), undelivered=True).items
    assert (listed.id, listed.type, listed.livemode) == (delivered.id, "checkout.session.completed", False)
    assert payments.read_event(listed.body) == payments.read_event(delivered.body)

    stripe.note_delivery(delivered.id)
    assert payments.list_events(an_hour_ago(), undelivered=True).items == []
    assert len(payments.list_events(an_hour_ago()).items) == 1


@pytest.mark.parametrize("live", [False, True])
def test_a_key_has_a_mode(checkout_request, live):
    with Emulator(live=live) as emulator:
        service = adapter_of(emulator)

        assert service.livemode is live
        assert service.open_checkout(checkout_request()).livemode is live


def test_a_wrong_key_is_an_error_of_ours(stripe, checkout_request):
    service = adapter_of(stripe, key="sk_live_12345678")

    with pytest.raises(PaymentServiceError) as failed:
        service.open_checkout(checkout_request())

    assert (failed.value.permanent, failed.value.outcome_unknown) == (False, False)
    assert "sk_live" not in str(failed.value)


def test_the_version_of_the_emulator_is_the_adapters():
    from devstack.stripe.events import API_VERSION
    from learnstream.integrations.stripe import client

    assert client.API_VERSION == API_VERSION


def test_the_sdk_collects_nothing_about_this_machine(payments, paid, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    paid()

    assert sdk.enable_telemetry is False
    assert [*Path(tmp_path).rglob("*")] == []


def test_no_key_and_no_buyer_is_written_to_the_log(stripe, payments, paid, caplog):
    caplog.set_level("DEBUG")
    paid()

    assert stripe.environment()["STRIPE_SECRET_KEY"] not in caplog.text
    assert "ana@example.com" not in caplog.text
