import pytest
import stripe as sdk_errors

from devstack.stripe.errors import StripeError


def test_a_card_pays(stripe, sdk, checkout):
    session = checkout(payment_intent_data={"metadata": {"order_id": "5"}})
    assert stripe.pay(session.id)["payment_status"] == "paid"

    read = sdk.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})

    assert (read.status, read.url) == ("complete", None)
    charge = read.payment_intent.latest_charge
    assert (charge.amount, charge.currency, charge.metadata["order_id"]) == (4900, "eur", "5")
    assert [each.type for each in stripe.take_events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_declined_card_leaves_the_session_open(stripe, sdk, checkout):
    session = checkout()
    with pytest.raises(StripeError):
        stripe.pay(session.id, "declined")
    assert sdk.checkout.sessions.retrieve(session.id).status == "open"

    paid = stripe.pay(session.id)

    assert paid["payment_status"] == "paid"
    assert [each.type for each in stripe.take_events()].count("payment_intent.created") == 1


@pytest.mark.parametrize(
    ("succeeded", "event", "status"),
    [
        (True, "checkout.session.async_payment_succeeded", "paid"),
        (False, "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_a_debit_is_decided_later(stripe, checkout, succeeded, event, status):
    session = checkout()
    waiting = stripe.pay(session.id, "debit")
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    stripe.take_events()

    decided = stripe.decide(session.id, succeeded=succeeded)

    assert decided["payment_status"] == status
    assert stripe.take_events()[-1].type == event


def test_nothing_to_pay_has_neither_intent_nor_charge(stripe, checkout):
    session = stripe.pay(checkout(0).id)

    assert (session["payment_status"], session["payment_intent"]) == ("no_payment_required", None)
    assert session["customer"]
    assert [each.type for each in stripe.take_events()] == ["checkout.session.completed"]


def test_a_session_is_paid_once(stripe, checkout):
    session = checkout()
    stripe.pay(session.id)

    with pytest.raises(StripeError, match="complete"):
        stripe.pay(session.id)

    assert stripe.books() == {"eur": {"charged": 4900, "refunded": 0, "disputed": 0}}


def test_a_refund_keeps_the_running_total(stripe, sdk, paid):
    _, charge = paid()
    first = sdk.refunds.create({"charge": charge.id, "amount": 1000, "metadata": {"refund_id": "7"}})
    second = sdk.refunds.create({"payment_intent": charge.payment_intent, "reason": "requested_by_customer"})

    assert (first.amount, second.amount, second.status) == (1000, 3900, "succeeded")
    read = sdk.charges.retrieve(charge.id)
    assert (read.amount_refunded, read.refunded) == (4900, True)
    totals = [each.data["object"]["amount_refunded"] for each in stripe.take_events() if each.type == "charge.refunded"]
    assert totals == [1000, 4900]
    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        sdk.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_already_refunded"


def test_a_refund_that_fails_gives_its_amount_back(stripe, sdk, paid):
    _, charge = paid()
    refund = stripe.refund(charge.id, 1000, status="pending")

    stripe.move_refund(refund["id"], "failed")

    assert sdk.charges.retrieve(charge.id).amount_refunded == 0
    assert stripe.take_events()[-1].type == "refund.failed"
    assert stripe.books()["eur"]["refunded"] == 0


def test_too_much_is_not_refunded(sdk, paid):
    _, charge = paid()

    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        sdk.refunds.create({"charge": charge.id, "amount": 4901})

    assert refusal.value.param == "amount"


def test_a_dispute_takes_the_money_and_gives_it_back(stripe, sdk, paid):
    _, charge = paid()
    dispute = stripe.dispute(charge.id)
    assert stripe.books()["eur"]["disputed"] == 4900
    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        sdk.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_disputed"
    stripe.take_events()

    stripe.move_dispute(dispute["id"], "won")
    stripe.move_dispute(dispute["id"], "lost")

    assert [each.type for each in stripe.take_events()] == [
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
    ]
    assert sdk.disputes.retrieve(dispute["id"]).status == "lost"


def test_an_inquiry_takes_no_money(stripe, sdk, paid):
    _, charge = paid()

    dispute = stripe.dispute(charge.id, inquiry=True)

    assert stripe.books()["eur"]["disputed"] == 0
    assert not sdk.charges.retrieve(charge.id).disputed
    assert sdk.disputes.close(dispute["id"]).status == "lost"
