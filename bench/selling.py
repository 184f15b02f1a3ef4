"""The payment service beside the benchmark, orders of courses, and checkouts of them that were paid."""

import http.client
import json
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Row, insert

from bench.students import PublishedCourse, Student
from bench.testbed import Testbed
from devstack.bootstrap import ROOT
from devstack.emulation.store import Record, Store
from devstack.processes import ports
from devstack.processes.programs import Programs
from devstack.stripe import Emulator
from devstack.stripe.payments import CHARGE, INTENT
from devstack.stripe.sessions import SESSION
from learnstream.clock import now
from learnstream.integrations.payments import EXTENSION
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.models import Order, Price
from learnstream.services.commerce import granting
from learnstream.stores.sql import db

AMOUNT, CURRENCY = 4900, "eur"
BATCH = 1000

Sale = tuple[Student, PublishedCourse]


class TimedPayments(StripePayments):
    """The adapter, which counts the seconds that it waits for the service."""

    waited = 0.0

    def _call(self, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return super()._call(*arguments, **named)
        finally:
            self.waited += time.perf_counter() - started


class Vendor:
    """The emulator as a process of its own, and the records that it keeps."""

    def __init__(self, testbed: Testbed) -> None:
        self.port, self.directory = ports.free(), testbed.stack.directory / "stripe"
        with Emulator(self.directory, port=self.port) as emulator:
            self.environment = emulator.environment()
            self.sign = emulator.sign
        self.store = Store(self.directory / "stripe.sqlite3")
        self.key = self.environment["STRIPE_SECRET_KEY"]
        secrets = [self.environment["STRIPE_WEBHOOK_SECRETS"]]
        self.payments = TimedPayments(self.environment["STRIPE_API_URL"], self.key, secrets)

    @property
    def command(self) -> list[str]:
        return ["python", "-m", "devstack.stripe", "--port", str(self.port), "--data-dir", str(self.directory)]

    def control(self, name: str, **arguments: Any) -> Any:
        """Call a control of the emulator."""
        address = urlsplit(self.environment["STRIPE_API_URL"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        credentials = b64encode(f"{self.key}:".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        connection.request("POST", f"/_emulator/{name}", json.dumps(arguments), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        if response.status != 200:
            raise AssertionError(f"{name}: {answer}")
        return answer["data"]


@contextmanager
def open_vendor(testbed: Testbed) -> Iterator[Vendor]:
    """Serve a payment service, which the application uses from now on, here and where it is served."""
    vendor, programs = Vendor(testbed), Programs(ROOT, testbed.stack.directory)
    try:
        programs.start("stripe", vendor.command, testbed.environment)
        programs.wait_until(lambda: not ports.is_free(vendor.port), "the payment service did not start")
        current_app.extensions[EXTENSION] = lambda: vendor.payments
        # In production, payments would travel over HTTPS only.
        testbed.environment |= {**vendor.environment, "LEARNSTREAM_ENV": "development"}
        testbed.restart()
        yield vendor
    finally:
        programs.stop()
        vendor.store.close()


def put_prices(courses: Iterable[PublishedCourse], by: int) -> dict[str, int]:
    """Give courses a price; return the ids of the prices by course."""
    rows = [
        {"course_id": course.id, "amount": AMOUNT, "currency": CURRENCY, "created_by": by, "created_at": now()}
        for course in courses
    ]
    found = db.session.execute(insert(Price).returning(Price.course_id, Price.id), rows).all()
    db.session.commit()
    return dict(row._tuple() for row in found)


def sales(students: Sequence[Student], courses: Sequence[PublishedCourse]) -> Iterator[Sale]:
    """Yield pairs of a student and a course that the student does not have, one course after the other."""
    for course in courses:
        for student in students:
            if course not in student.courses:
                yield student, course


def add_paid_orders(vendor: Vendor, sold: Sequence[Sale], prices: dict[str, int], paid_session: str) -> None:
    """Add pending orders whose checkouts were paid, which nobody has told us of: copies of a checkout and its payment."""
    session = _load(vendor, SESSION, paid_session)
    intent = _load(vendor, INTENT, session["payment_intent"])
    charge = _load(vendor, CHARGE, intent["latest_charge"])
    orders = _add_orders(sold, prices)
    for first in range(0, len(orders), BATCH):
        with vendor.store.transaction():
            for order in orders[first : first + BATCH]:
                _copy(vendor.store, order, session, intent, charge)


def _load(vendor: Vendor, kind: str, record_id: str) -> Record:
    record = vendor.store.get(kind, record_id)
    assert record is not None
    return record


def _add_orders(sold: Sequence[Sale], prices: dict[str, int]) -> list[Row[Any]]:
    orders: list[Row[Any]] = []
    for first in range(0, len(sold), BATCH):
        rows = [_order_row(*sale, prices) for sale in sold[first : first + BATCH]]
        orders += [*db.session.execute(insert(Order).returning(Order.id, Order.accepted_terms_at), rows)]
    db.session.commit()
    return orders


def _order_row(student: Student, course: PublishedCourse, prices: dict[str, int]) -> dict[str, Any]:
    at = now()
    return {
        "user_id": student.id,
        "course_id": course.id,
        "course_title": "Astronomy",
        "course_version": 1,
        "price_id": prices[course.id],
        "subtotal": AMOUNT,
        "total": AMOUNT,
        "currency": CURRENCY,
        "accepted_terms_at": at,
        "livemode": False,
        "next_check_at": at,
    }


def _copy(store: Store, order: Row[Any], session: Record, intent: Record, charge: Record) -> None:
    ours = {"metadata": {"order_id": str(order.id), "attempt": "1", "reference": granting.reference(order)}}
    ids = {"session": f"cs_test_{order.id}", "intent": f"pi_{order.id}", "charge": f"ch_{order.id}"}
    store.put(SESSION, ids["session"], session | ours | {"id": ids["session"], "payment_intent": ids["intent"]})
    store.put(INTENT, ids["intent"], intent | ours | {"id": ids["intent"], "latest_charge": ids["charge"]})
    store.put(CHARGE, ids["charge"], charge | ours | {"id": ids["charge"], "payment_intent": ids["intent"]})
