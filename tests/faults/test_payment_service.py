"""A payment service that is refused, frozen, slow, cut off, or answers nonsense: one order, one charge, one clear word."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.waiting import within

# No request takes longer, whatever fails.
LONGEST = 15.0
CALLS = {"times": 4}

NETWORK = {
    "refused": lambda system: system.stripe_proxy.refuse(),
    "frozen": lambda system: system.stripe_proxy.black_hole(),
    "slow": lambda system: system.stripe_proxy.delay(20.0),
    "cut off": lambda system: system.stripe_proxy.reset(),
}
ANSWERS = {
    "done, then cut": {"kind": "cut", "carried_out": True},
    "done, then failed": {"kind": "status", "status": 500, "carried_out": True},
    "nothing": {"kind": "empty"},
    "a page": {"kind": "text"},
    "down": {"kind": "status", "status": 503},
    "too many": {"kind": "status", "status": 429},
}
FAULTS = [*NETWORK, *ANSWERS]
SHOWN = {"refused", "frozen", "done, then cut", "nothing"}
EVERY = pytest.mark.parametrize(
    "fault", [pytest.param(each, marks=[] if each in SHOWN else pytest.mark.thorough) for each in FAULTS]
)


@pytest.fixture
def fail_payments(system):
    """Let the payment service fail; it is healed after the test at the latest."""

    def fail_payments(fault):
        if fault in NETWORK:
            NETWORK[fault](system)
        else:
            system.stripe.misbehave(api=ANSWERS[fault] | CALLS)

    yield fail_payments
    heal(system)


def heal(system):
    system.stripe_proxy.heal()
    system.stripe.behave()


def require_clear_word(response):
    assert response.status_code == 503, response.text
    assert response.json()["code"] == "payment_service_failed"
    assert int(response.headers["Retry-After"]) > 0
    assert response.elapsed.total_seconds() < LONGEST


@pytest.fixture
def buyer(seeder):
    return seeder.person()


@pytest.fixture
def sold(seeder):
    return seeder.sell(seeder.course(seeder.instructor()))


@EVERY
def test_a_checkout_is_ordered_once(system, seeder, buyer, sold, fail_payments, fault):
    def check_out():
        return buyer.request("POST", f"{sold.path}/checkout", key="once", json={"accept_terms": True})

    fail_payments(fault)
    require_clear_word(check_out())
    heal(system)

    made = check_out()

    assert made.status_code == 201, made.text
    seeder.pay(made.json())
    assert buyer.request_json("GET", f"/orders/{made.json()['order_id']}")["state"] == "paid"
    assert len(buyer.request_json("GET", "/users/me/orders")) == 1


def test_buyers_who_wait_for_a_frozen_service_do_not_hold_up_readers(system, seeder, sold, fail_payments):
    """Each of them would occupy a thread for ten seconds."""
    body = {"accept_terms": True}
    buyers = [seeder.person() for _ in range(20)]
    fail_payments("frozen")
    with ThreadPoolExecutor(len(buyers)) as pool:
        asked = [pool.submit(each.request, "POST", f"{sold.path}/checkout", json=body) for each in buyers]
        within(10, lambda: any(each.done() for each in asked))
        seen = [buyers[0].request("GET", sold.path).elapsed.total_seconds() for _ in range(5)]
        for each in asked:
            require_clear_word(each.result())

    assert max(seen) < 2.5, seen


@EVERY
def test_an_order_is_shown_as_it_is_known(system, seeder, buyer, sold, fail_payments, fault):
    order = seeder.order(buyer, sold)
    seeder.pay(order)
    fail_payments(fault)

    shown = buyer.request("GET", f"/orders/{order['order_id']}")

    assert (shown.status_code, shown.json()["state"]) == (200, "pending")
    assert shown.elapsed.total_seconds() < LONGEST
    heal(system)
    within(10, lambda: buyer.request_json("GET", f"/orders/{order['order_id']}")["state"] == "paid")


@EVERY
def test_an_event_is_kept_without_the_payment_service(system, seeder, buyer, sold, fail_payments, fault):
    events = seeder.pay(seeder.order(buyer, sold))
    fail_payments(fault)

    assert [seeder.deliver_payment(each).status_code for each in events] == [200] * len(events)


@EVERY
def test_a_refund_is_made_once(system, seeder, buyer, sold, fail_payments, fault):
    order = seeder.order(buyer, sold)
    seeder.pay(order)
    buyer.request_json("GET", f"/orders/{order['order_id']}")
    seeder.renew_admin()
    fail_payments(fault)

    def give_back():
        path = f"/admin/orders/{order['order_id']}/refund"
        return seeder.admin.request("POST", path, key=f"once {fault}", json={"reason": "requested_by_customer"})

    response = give_back()
    assert (response.status_code, response.json()["state"]) == (202, "requested")
    assert response.elapsed.total_seconds() < LONGEST
    heal(system)
    assert give_back().json()["id"] == response.json()["id"]
