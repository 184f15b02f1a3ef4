"""A school under random histories: buyers, a vendor that misdelivers its events, and a server that dies and restarts."""

from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import update

from devstack.stripe.disputes import DISPUTE
from devstack.stripe.errors import StripeError
from devstack.stripe.payments import CHARGE
from devstack.stripe.refunds import COUNTED, REFUND
from devstack.stripe.sessions import SESSION, current
from learnstream.clock import now
from learnstream.models import Order, Role
from learnstream.services.commerce import event_work, reconciliation
from learnstream.services.foundation import outbox
from learnstream.stores.redis import redis
from learnstream.stores.sql import db
from learnstream.text import money
from tests.commerce.agreement import require_agreement, require_uses_left
from tests.commerce.settling import make_due, settle
from tests.commerce.steps import crashing
from tests.factories import make_course, make_person
from tests.payments import make_coupon, post_event, sell

COUPONS = (
    {"code": "ALL", "percent": 100, "max_uses": 1},
    {"code": "HALF", "percent": 50, "max_uses": 2, "max_uses_per_user": 1},
    {"code": "FIVE", "amount_off": 500, "currency": "eur", "max_uses": 2},
)
PRICES = ((4900, "eur"), (3300, "eur"), (500, "jpy"), (12_340, "kwd"), (400, "eur"))
# What may be answered to a client that asks at a bad moment.
ANSWERS = {200, 201, 202, 204, 400, 402, 403, 404, 409, 422, 502, 503}


class School:
    """Each method is a step. One that is impossible at that moment is refused, or does nothing."""

    def __init__(self, client, stripe) -> None:
        self.client, self.stripe = client, stripe
        self.admin, owner = make_person(Role.ADMIN, "Ada"), make_person(Role.INSTRUCTOR, "Ines")
        self.buyers = [make_person(Role.STUDENT, name) for name in ("Bea", "Ben")]
        self.courses = [make_course(owner, title=title) for title in ("Astronomy", "Botany")]
        for course, price in zip(self.courses, PRICES, strict=False):
            sell(client, course, self.admin, *price)
        for coupon in COUPONS:
            make_coupon(client, self.admin, **coupon)
        self.events = []

    # What there is

    def undelivered(self):
        """Return the events that may still be delivered."""
        self.events += self.stripe.take_events()
        return self.events

    def records(self, kind, *statuses, **fields):
        """Return the vendor's records of a kind, in one of these statuses if any are given."""
        found = self.stripe.context.store.find(kind, **fields)
        return [each for each in found if not statuses or each["status"] in statuses]

    def orders(self):
        db.session.rollback()
        return db.session.query(Order).order_by(Order.id).all()

    # Buyers

    def check_out(self, buyer, course, coupon, trouble):
        body = {"accept_terms": True} | ({"coupon": coupon} if coupon else {})
        before = len(self.orders())
        status = self._ask("POST", f"/courses/{self.courses[course].id}/checkout", self.buyers[buyer], trouble, **body)
        if status == 201 and coupon and len(self.orders()) > before:
            require_uses_left(coupon)

    def pay(self, page, method):
        """Pay on any page that is still open, however old."""
        self._at_vendor(self.stripe.pay, pick(self.records(SESSION, "open"), page)["id"], method)

    def decide(self, page, succeeded):
        """Decide a debit."""
        undecided = pick(self.records(SESSION, "complete", payment_status="unpaid"), page)
        self._at_vendor(self.stripe.decide, undecided["id"], succeeded=succeeded)

    def come_back(self, order, trouble):
        """Open the return page."""
        row = pick(self.orders(), order)
        buyer = next(each for each in self.buyers if each.id == row.user_id)
        self._ask("GET", f"/orders/{row.id}", buyer, trouble)

    def dispute(self, charge, part, inquiry):
        found = pick(self.records(CHARGE), charge)
        self._at_vendor(self.stripe.dispute, found["id"], portion(found, part), inquiry=inquiry)

    # The vendor

    def move_dispute(self, dispute, status):
        self._at_vendor(self.stripe.move_dispute, pick(self.records(DISPUTE), dispute)["id"], status)

    def move_refund(self, refund, status):
        self._at_vendor(self.stripe.move_refund, pick(self.records(REFUND, *COUNTED), refund)["id"], status)

    def expire(self, page):
        """Let the time of a page be over, for the vendor and for us."""
        session = pick(self.records(SESSION, "open"), page)
        past = self.stripe.context.now() - 1
        self.stripe.context.store.put(SESSION, session["id"], session | {"expires_at": past})
        current(self.stripe.context, session["id"])
        ours = update(Order).where(Order.checkout_id == session["id"])
        db.session.execute(ours.values(checkout_expires_at=now() - timedelta(seconds=1)))
        db.session.commit()

    # Its events

    def deliver(self, event, repeated):
        """Deliver any event that was not delivered yet, and perhaps once more later."""
        found = pick(self.undelivered(), event)
        self._post(found)
        if not repeated:
            self.events.remove(found)

    def forget(self, event):
        """Never deliver an event."""
        self.events.remove(pick(self.undelivered(), event))

    # Administrators

    def refund(self, order, part, keep_seat, trouble):
        row = pick(self.orders(), order)
        body = {"reason": "requested_by_customer", "keep_seat": keep_seat}
        if part:
            body["amount"] = share(row.total, row.currency)
        self._ask("POST", f"/admin/orders/{row.id}/refund", self.admin, trouble, **body)

    def refund_in_dashboard(self, charge, part, status):
        found = pick(self.records(CHARGE), charge)
        self._at_vendor(self.stripe.refund, found["id"], portion(found, part), status)

    def set_price(self, course, price):
        path = f"/courses/{self.courses[course].id}/price"
        if price is None:
            self._ask("DELETE", path, self.admin)
        else:
            self._ask("PUT", path, self.admin, amount=price[0], currency=price[1])

    # The server

    def work(self, trouble):
        """Handle the events that were received."""
        self._run(event_work.handle_due, trouble)

    def relay(self, trouble):
        """Carry out what must follow commits."""
        self._run(outbox.relay, trouble)

    def reconcile(self, trouble):
        self._run(reconciliation.run, trouble)

    def empty_redis(self):
        redis.client.flushdb()

    def check(self):
        """Let the events arrive that were not forgotten, do all that is due, and require that everything agrees.

        Once more, since doing it again must change nothing.
        """
        for rounds in (3, 1):
            for each in self.undelivered():
                self._post(each)
            self.events = []
            settle(rounds)
            require_agreement(self.stripe)

    def _run(self, job, trouble):
        make_due()
        with self._in_trouble(trouble):
            job()
            db.session.commit()
        db.session.rollback()

    def _ask(self, method, path, by, trouble=None, **body):
        """Send a request; return the status of the answer, if there was one."""
        status = None
        with self._in_trouble(trouble):
            headers = {"Idempotency-Key": uuid4().hex}
            sent = {"json": body} if body else {}
            response = self.client.open(path, method=method, headers=headers, auth=by, **sent)
            status = response.status_code
            assert status in ANSWERS, response.json
        db.session.rollback()
        return status

    @contextmanager
    def _in_trouble(self, trouble):
        """Have the server die at a step, if a number is given, or have the vendor answer wrongly: a fault of its API."""
        if isinstance(trouble, dict):
            # More often than a call is repeated.
            self.stripe.misbehave(api=trouble | {"times": 4})
        with crashing(trouble if isinstance(trouble, int) else None):
            yield
        self.stripe.behave()

    def _post(self, event):
        response = post_event(self.client, self.stripe, event)
        assert response.status_code == 200, response.json
        self.stripe.note_delivery(event.id)

    def _at_vendor(self, act, *arguments, **named):
        """Do something at the vendor, which it may refuse."""
        with suppress(StripeError):
            act(*arguments, **named)


def pick(items, number):
    """Return one of the items, counted from the newest."""
    return items[-1 - number % len(items)]


def portion(charge, part):
    """Return a third of a charge, or None for all of it."""
    return share(charge["amount"], charge["currency"]) if part else None


def share(amount, currency):
    """Return a third of an amount, as its currency allows."""
    third = max(1, amount // 3)
    return third - third % money.step(currency) or amount
