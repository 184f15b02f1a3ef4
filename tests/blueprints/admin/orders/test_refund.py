"""Refunds by administrators, with the vendor's emulator."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from devstack.emulation.behavior import ApiFault
from learnstream.clock import now
from learnstream.models import AuditEntry, OutboxMessage, Refund, RefundState, Session
from learnstream.services.commerce import refunding, refunds
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.money import make_order
from tests.payments import buy, charge_of, has_seat, make_coupon, make_priced_course, refund

REASON = {"reason": "requested_by_customer"}


@pytest.fixture
def buyer(app):
    return make_person(name="Sam")


@pytest.fixture
def priced(client, owner, admin, stripe):
    return make_priced_course(client, owner, admin)


@pytest.fixture
def sale(client, stripe, buyer, priced):
    """A paid order, and the session on which it was paid."""
    return buy(client, stripe, buyer, priced)


@pytest.fixture
def order_id(sale):
    return sale[0]["id"]


@pytest.fixture
def charge(stripe, sale):
    return charge_of(stripe, sale[1])


def ask(client, person, order_id, **body):
    return client.post(f"/admin/orders/{order_id}/refund", json=REASON | body, auth=person)


def shown(client, admin, order_id):
    return client.get(f"/admin/orders/{order_id}", auth=admin).json


def refunded(stripe):
    return stripe.books()["eur"]["refunded"]


def ask_again():
    """Let a worker ask for the refunds without an answer."""
    db.session.execute(update(OutboxMessage).values(next_try_at=now()))
    db.session.commit()
    return outbox.relay(topic=refunds.REQUESTED)


def test_a_full_refund_ends_the_seat(client, admin, stripe, buyer, priced, order_id):
    assert has_seat(buyer, priced)

    made = refund(client, admin, order_id, note="Booked by mistake.")

    assert (made["amount"], made["state"], made["requested_by"]) == (4900, "succeeded", admin.id)
    order = shown(client, admin, order_id)
    assert (order["state"], order["grant_state"], order["refunded"]) == ("refunded", "ended", 4900)
    assert order["refunds"] == [made]
    assert not has_seat(buyer, priced)
    assert refunded(stripe) == 4900


def test_keep_seat_keeps_it(client, admin, stripe, buyer, priced, order_id):
    refund(client, admin, order_id, keep_seat=True)

    assert shown(client, admin, order_id)["state"] == "refunded"
    assert has_seat(buyer, priced)


def test_a_seat_for_another_reason_stays(client, admin, stripe, buyer, priced, order_id):
    grant = {"user_id": buyer.id, "course_id": priced.id}
    assert client.post("/admin/enrollments", json=grant, auth=admin).status_code == 201

    refund(client, admin, order_id)

    assert has_seat(buyer, priced)


def test_report_20_full_after_partial(client, admin, stripe, buyer, priced, order_id):
    refund(client, admin, order_id, amount=1000)
    assert (shown(client, admin, order_id)["state"], has_seat(buyer, priced)) == ("partly_refunded", True)

    rest = refund(client, admin, order_id)

    assert (rest["amount"], refunded(stripe)) == (3900, 4900)
    assert not has_seat(buyer, priced)
    response = ask(client, admin, order_id)
    assert (response.status_code, response.json["code"]) == (409, "nothing_to_refund")


def test_the_same_key_refunds_once(client, admin, stripe, order_id):
    first = refund(client, admin, order_id, key="one", amount=1000)
    again = refund(client, admin, order_id, key="one", amount=1000)

    assert first == again
    assert refunded(stripe) == 1000


def test_two_requests_at_once_refund_no_more_than_was_paid(client, admin, stripe, order_id, at_once):
    responses = at_once(*[lambda: ask(client, admin, order_id, amount=3000)] * 2)

    assert sorted(each.status_code for each in responses) == [201, 422]
    assert refunded(stripe) == 3000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 4901}, "amount"),
        ({"amount": 10**20}, "amount"),
        ({"amount": 10.5}, "amount"),
        ({"amount": "1000"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": None}, "amount"),
        ({"reason": None}, "reason"),
        ({"reason": "fraudulent"}, "reason"),
        ({"reason": ["duplicate"]}, "reason"),
        ({"keep_seat": "yes"}, "keep_seat"),
        ({"note": "x" * 501}, "note"),
        ({"note": "\x00"}, "note"),
        ({"payment_id": "1"}, "payment_id"),
        ({"currency": "eur"}, "currency"),
    ],
)
def test_bad_fields_are_named_and_refund_nothing(client, admin, stripe, order_id, change, field):
    response = ask(client, admin, order_id, **change)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})
    assert refunded(stripe) == 0
    assert db.session.scalar(select(Refund.id)) is None


def test_a_reason_is_needed(client, admin, order_id):
    response = client.post(f"/admin/orders/{order_id}/refund", json={}, auth=admin)

    assert set(response.json["errors"]["json"]) == {"reason"}


def test_a_payment_of_another_order_is_not_refunded(client, admin, stripe, order_id):
    assert ask(client, admin, order_id, payment_id=99_999).status_code == 404
    assert ask(client, admin, 99_999).status_code == 404


def test_an_order_of_nothing_has_nothing_to_refund(client, admin, stripe, buyer, priced):
    make_coupon(client, admin, percent=100)
    made = client.post(
        f"/courses/{priced.id}/checkout", json={"accept_terms": True, "coupon": "STARS"}, auth=buyer
    ).json

    assert has_seat(buyer, priced)
    assert ask(client, admin, made["order_id"]).json["code"] == "nothing_to_refund"


def test_an_unpaid_order_has_nothing_to_refund(client, admin, stripe, buyer):
    order = make_order(buyer=buyer)
    db.session.commit()

    assert ask(client, admin, order.id).json["code"] == "nothing_to_refund"


def test_only_administrators_with_a_recent_sign_in_refund(client, admin, owner, buyer, stripe, order_id):
    assert [ask(client, each, order_id).status_code for each in (owner, buyer)] == [403, 403]
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()

    response = ask(client, admin, order_id)

    assert (response.status_code, response.json["code"]) == (401, "reauthentication_required")
    assert refunded(stripe) == 0


def test_it_is_audited(client, admin, order_id, separate_session):
    refund(client, admin, order_id, amount=1000)

    entries = separate_session.scalars(
        select(AuditEntry).where(AuditEntry.target_kind == "order").order_by(AuditEntry.id)
    )
    found = [(each.action, each.actor_id) for each in entries]
    assert ("order.refund_requested", admin.id) in found
    assert ("order.refunded", None) in found


# --- the vendor


def test_the_vendors_refusal_closes_the_refund(client, admin, stripe, buyer, priced, order_id, charge):
    stripe.dispute(charge["id"])

    response = ask(client, admin, order_id)

    assert (response.status_code, response.json["code"]) == (409, "payment_disputed")
    [closed] = shown(client, admin, order_id)["refunds"]
    assert (closed["state"], closed["failure_reason"]) == ("failed", "charge_disputed")
    assert (ask_again(), refunded(stripe), has_seat(buyer, priced)) == (1, 0, True)


def test_the_refusal_is_committed_with_a_key_too(client, admin, stripe, order_id, charge):
    stripe.refund(charge["id"])

    headers = {"Idempotency-Key": "one"}
    response = client.post(f"/admin/orders/{order_id}/refund", json=REASON, headers=headers, auth=admin)

    assert response.json["code"] == "nothing_to_refund"
    assert db.session.scalar(select(Refund.state)) is RefundState.FAILED


def test_a_key_can_be_used_again_after_a_refusal(client, admin, stripe, order_id, charge):
    dispute = stripe.dispute(charge["id"])
    refund(client, admin, order_id, key="one", status=409)
    stripe.move_dispute(dispute["id"], "prevented")

    made = refund(client, admin, order_id, key="one")

    assert (made["state"], refunded(stripe)) == ("succeeded", 4900)


@pytest.mark.parametrize(
    "fault",
    [
        ApiFault("status", status=500, times=9),
        ApiFault("status", status=503, times=9),
        ApiFault("status", status=429, times=9),
        ApiFault("status", status=500, times=9, carried_out=True),
        ApiFault("empty", times=9),
        ApiFault("cut", times=9),
        ApiFault("closed", times=9),
        ApiFault("text", times=9),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.carried_out}",
)
def test_without_an_answer_it_is_asked_again_with_the_same_effect(
    client, admin, stripe, buyer, priced, order_id, fault
):
    fault.path, fault.method = "/v1/refunds", "POST"
    stripe.misbehave(api=fault)

    waiting = refund(client, admin, order_id, status=202)

    assert (waiting["state"], waiting["vendor_id"]) == ("requested", None)
    assert has_seat(buyer, priced)
    assert ask(client, admin, order_id).json["code"] == "nothing_to_refund"
    stripe.behave()
    ask_again()
    order = shown(client, admin, order_id)
    assert (order["state"], [each["state"] for each in order["refunds"]]) == ("refunded", ["succeeded"])
    assert refunded(stripe) == 4900
    assert not has_seat(buyer, priced)


def test_after_a_day_a_refund_is_looked_up_first(client, admin, stripe, order_id):
    """The idempotency key does not protect any more."""
    stripe.misbehave(api=ApiFault("closed", times=9, method="POST", path="/v1/refunds"))
    refund(client, admin, order_id, status=202, amount=1000)
    stripe.behave()
    db.session.execute(update(Refund).values(created_at=now() - timedelta(hours=30)))
    db.session.commit()
    db.session.commit()
    stripe.advance(30 * 3600)

    ask_again()

    assert refunded(stripe) == 1000
    assert shown(client, admin, order_id)["refunds"][0]["state"] == "succeeded"


def test_a_worker_asks_for_what_a_killed_request_left(client, admin, stripe, order_id):
    refunds.request_of_order(order_id, by=admin.id)
    db.session.commit()

    ask_again()

    assert refunded(stripe) == 4900


def test_carrying_out_twice_refunds_once(client, admin, stripe, order_id):
    made = refund(client, admin, order_id, amount=1000)

    refunding.follow({"refund_id": made["id"]})

    assert refunded(stripe) == 1000


def test_without_a_vendor_nothing_is_requested(client, admin, order_id, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "payment_service", lambda: None)

    response = ask(client, admin, order_id)

    assert (response.status_code, response.json["code"]) == (503, "payments_unconfigured")
    assert db.session.scalar(select(Refund.id)) is None
