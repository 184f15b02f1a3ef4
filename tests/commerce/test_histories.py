"""Random histories of sales: whatever happens, money, orders, seats and coupons agree in the end."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from devstack.stripe.disputes import DISPUTE, STATUSES
from devstack.stripe.payments import CHARGE
from devstack.stripe.refunds import COUNTED, REFUND
from devstack.stripe.sessions import SESSION
from learnstream.integrations.stripe.http_client import Urllib3Client
from tests.commerce.school import COUPONS, PRICES, School
from tests.plugins.application import empty_stores

BUYERS = COURSES = st.integers(0, 1)
# Counted from the newest.
ANY = st.integers(0, 5)
SOMETIMES = st.sampled_from([False, False, True])
CODES = st.sampled_from([None, None, *(each["code"].lower() for each in COUPONS)])
FAULTS = (
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500, "carried_out": True},
    {"kind": "cut"},
    {"kind": "empty"},
    {"kind": "text", "carried_out": True},
)
# At a step the server dies, or all answers of the vendor are wrong.
TROUBLE = st.one_of(st.none(), st.none(), st.integers(1, 9), st.sampled_from(FAULTS))


def there(*found):
    """Let a rule apply only while there is what it is about, as `School` finds it."""
    name, *arguments = found
    fields = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
    return precondition(lambda self: bool(getattr(self.school, name)(*arguments, **fields)))


class Sales(RuleBasedStateMachine):
    """All that can happen; `open_school` is given by the test."""

    open_school = None

    def __init__(self):
        super().__init__()
        self.school = self.open_school()

    @initialize(buyer=BUYERS, course=COURSES, coupon=CODES)
    def buy_first(self, **step):
        self.school.check_out(**step, trouble=None)
        if self.school.records(SESSION, "open"):
            self.school.pay(0, "card")

    @rule(buyer=BUYERS, course=COURSES, coupon=CODES, trouble=TROUBLE)
    def check_out(self, **step):
        self.school.check_out(**step)

    @rule(buyer=BUYERS, course=COURSES, coupon=CODES)
    def buy(self, **step):
        self.buy_first(**step)

    @there("records", SESSION, "open")
    @rule(page=ANY, method=st.sampled_from(["card", "card", "debit", "declined"]))
    def pay(self, **step):
        self.school.pay(**step)

    @there("records", SESSION, "complete", {"payment_status": "unpaid"})
    @rule(page=ANY, succeeded=st.booleans())
    def decide(self, **step):
        self.school.decide(**step)

    @there("orders")
    @rule(order=ANY, trouble=TROUBLE)
    def come_back(self, **step):
        self.school.come_back(**step)

    @there("undelivered")
    @rule(event=st.integers(0, 20), repeated=SOMETIMES)
    def deliver(self, **step):
        self.school.deliver(**step)

    @there("undelivered")
    @rule(event=st.integers(0, 20))
    def forget(self, **step):
        self.school.forget(**step)

    @rule(trouble=TROUBLE)
    def work(self, **step):
        self.school.work(**step)

    @rule(trouble=TROUBLE)
    def relay(self, **step):
        self.school.relay(**step)

    @rule(trouble=TROUBLE)
    def reconcile(self, **step):
        self.school.reconcile(**step)

    @there("orders")
    @rule(order=ANY, part=st.booleans(), keep_seat=SOMETIMES, trouble=TROUBLE)
    def refund(self, **step):
        self.school.refund(**step)

    @there("records", CHARGE)
    @rule(charge=ANY, part=st.booleans(), status=st.sampled_from(["succeeded", "pending"]))
    def refund_in_dashboard(self, **step):
        self.school.refund_in_dashboard(**step)

    @there("records", REFUND, *COUNTED)
    @rule(refund=ANY, status=st.sampled_from(["succeeded", "failed", "canceled"]))
    def move_refund(self, **step):
        self.school.move_refund(**step)

    @there("records", CHARGE)
    @rule(charge=ANY, part=SOMETIMES, inquiry=SOMETIMES)
    def dispute(self, **step):
        self.school.dispute(**step)

    @there("records", DISPUTE)
    @rule(dispute=ANY, status=st.sampled_from(STATUSES))
    def move_dispute(self, **step):
        self.school.move_dispute(**step)

    @rule(course=COURSES, price=st.sampled_from([None, *PRICES]))
    def set_price(self, **step):
        self.school.set_price(**step)

    @there("records", SESSION, "open")
    @rule(page=ANY)
    def expire(self, **step):
        self.school.expire(**step)

    @rule()
    def empty_redis(self):
        self.school.empty_redis()

    def teardown(self):
        self.school.check()


@pytest.fixture
def run_histories(client, stripe, monkeypatch):
    """Return a function that runs so many histories, of at most so many steps."""
    # Between two attempts of a call.
    monkeypatch.setattr(Urllib3Client, "_sleep_time_seconds", lambda *_: 0)

    def open_school():
        empty_stores()
        stripe.reset()
        return School(client, stripe)

    class Histories(Sales):
        pass

    Histories.open_school = staticmethod(open_school)

    def run_histories(number, steps, **how):
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=number,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # Not `explain`, which traces every line.
                phases=[Phase.generate, Phase.shrink],
                print_blob=True,
                **how,
            ),
        )

    return run_histories


def test_fifty_histories_add_up(run_histories):
    # The same ones in each run: what others find is found on purpose, not by a change that has nothing to do with it.
    run_histories(50, steps=15, derandomize=True, database=None)


@pytest.mark.thorough
def test_a_thousand_histories_add_up(run_histories):
    run_histories(1000, steps=30)
