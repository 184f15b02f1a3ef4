"""Requests that wait for a payment service which hangs leave a thread to those that do not need it."""

from learnstream.stores import bulkhead
from tests.factories import make_person
from tests.payments import check_out, make_priced_course, read_order
from tests.stores.test_bulkhead import occupied_slots


def test_the_last_thread_does_not_wait_for_it(client, stripe, owner, admin, stranger, monkeypatch):
    course = make_priced_course(client, owner, admin)
    made = check_out(client, stranger, course)
    monkeypatch.setattr(bulkhead.payments, "max_silence", 0.05)

    with occupied_slots(bulkhead.payments, bulkhead.payments.slots):
        assert check_out(client, make_person(), course, status=503)["code"] == "payment_service_failed"
        assert read_order(client, stranger, made["order_id"])["state"] == "pending"
