"""Selling: checkout's own work, the time from a webhook to an open seat, and the reconciliation of many orders."""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import psycopg2
from flask import current_app
from sqlalchemy import func, select

from bench import load, report
from bench.load import JSON
from bench.report import Table
from bench.selling import Vendor, add_paid_orders, open_vendor, put_prices, sales
from bench.students import PublishedCourse, Student, auth_headers
from bench.testbed import Testbed
from devstack.bootstrap import ROOT
from devstack.processes.programs import Programs, procfile_command
from devstack.terminal.console import step
from learnstream.models import Order, OrderState, Payment
from learnstream.services.commerce import reconciliation
from learnstream.stores.sql import db

ORDERS, WARM_UP = 500, 50
OWN_TARGET = 15  # milliseconds
RATE, SEAT_TARGET = 50, 1.0  # events a second; seconds
RECONCILED, RECONCILED_TARGET = 10_000, 120  # orders; seconds
SOLD_COURSES = 40
LOOK_EVERY, LONGEST_WAIT = 0.02, 180.0  # seconds; a worker needs some to start
SEATS = "SELECT source_id FROM seat_grants WHERE source = 'payment' AND source_id = ANY(%s)"


@dataclass(frozen=True)
class Checkout:
    """An order, with the milliseconds that its checkout took without the vendor, and those of an enrollment beside it."""

    order_id: int
    session_id: str
    own: float
    enrollment: float


def measure(testbed: Testbed, _: argparse.Namespace) -> list[Table]:
    """Buy 500 courses, deliver the events of their payments, and reconcile 10,000 orders without any event."""
    courses = testbed.dataset.courses[:SOLD_COURSES]
    free = testbed.dataset.courses[SOLD_COURSES]
    prices = put_prices(courses, testbed.dataset.instructor)
    sold = iter(sales(testbed.dataset.students, courses))
    with open_vendor(testbed) as vendor:
        with step(f"buying {ORDERS} courses"):
            checkouts = [_check_out(vendor, *next(sold), free.id) for _ in range(ORDERS)]
        with step("paying them, and delivering the events"):
            seats = _deliver(testbed, vendor, checkouts)
        with step(f"creating {RECONCILED:,} orders that were paid"):
            add_paid_orders(vendor, [next(sold) for _ in range(RECONCILED)], prices, checkouts[0].session_id)
        with step("reconciling them"):
            first, again = (_timed(_reconcile)[0] / 1000 for _ in range(2))
        _require_all_paid()
    return [_tabulate_checkouts(checkouts[WARM_UP:]), _tabulate_seats(seats), _tabulate_reconciliation(first, again)]


def _check_out(vendor: Vendor, student: Student, course: PublishedCourse, free_id: str) -> Checkout:
    client, headers = current_app.test_client(), auth_headers(student)
    enrollment, _ = _timed(lambda: client.post(f"/courses/{free_id}/enroll", headers=headers))
    waited = vendor.payments.waited
    path = f"/courses/{course.id}/checkout"
    key = {"Idempotency-Key": uuid4().hex}
    took, response = _timed(lambda: client.post(path, json={"accept_terms": True}, headers=headers | key))
    if response.status_code != 201:
        raise AssertionError(f"checkout was answered with {response.status_code}: {response.text}")
    own = took - (vendor.payments.waited - waited) * 1000
    return Checkout(response.json["order_id"], response.json["checkout_url"].rpartition("/")[2], own, enrollment)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the milliseconds that a work takes, and its result."""
    began = time.perf_counter()
    result = work()
    return (time.perf_counter() - began) * 1000, result


def _deliver(testbed: Testbed, vendor: Vendor, checkouts: Sequence[Checkout]) -> list[float]:
    """Pay, post the events that say so at an even rate while a worker runs, and return the seconds until each seat."""
    for each in checkouts:
        vendor.control("pay", session_id=each.session_id)
    events = {int(each["metadata"]["order_id"]): event for event, each in _completed(vendor)}
    first, *others = events
    settings, command = procfile_command(ROOT, "worker")
    workers = Programs(ROOT, testbed.stack.directory)
    workers.start("worker", command, testbed.environment | settings)
    try:
        # With the first one, the worker is known to run.
        _post_evenly(testbed, vendor, {first: events[first]})
        return _post_evenly(testbed, vendor, {each: events[each] for each in others})
    finally:
        workers.stop()


def _completed(vendor: Vendor) -> Iterator[tuple[bytes, Any]]:
    """Yield the events of completed checkouts, each with its checkout."""
    for each in vendor.control("events"):
        if each["type"] == "checkout.session.completed":
            yield json.dumps(each["payload"]).encode(), each["payload"]["data"]["object"]


def _post_evenly(testbed: Testbed, vendor: Vendor, events: Mapping[int, bytes]) -> list[float]:
    """Post events of orders; return the seconds from sending each until its seat was seen."""
    with ThreadPoolExecutor(RATE) as threads:
        watch = threads.submit(_watch, testbed.stack.postgres.url, set(events))
        begin = time.monotonic() + 0.5
        posts = [
            threads.submit(_post, testbed.application.url, vendor, body, begin + number / RATE)
            for number, body in enumerate(events.values())
        ]
        sent, seen = dict(zip(events, [each.result() for each in posts], strict=True)), watch.result()
    return [seen[order_id] - sent[order_id] for order_id in events]


def _post(url: str, vendor: Vendor, body: bytes, at: float) -> float:
    """Post an event at a time of `time.monotonic`; return when it was sent."""
    time.sleep(max(0.0, at - time.monotonic()))
    sent = time.monotonic()
    response, _ = load.send(url, load.request("POST", "/webhooks/stripe", headers=JSON | vendor.sign(body), body=body))
    if response.status != 200:
        raise AssertionError(f"an event was answered with {response.status}")
    return sent


def _watch(url: str, orders: set[int]) -> dict[int, float]:
    """Return when the seat of each order was seen first, by `time.monotonic`."""
    seen: dict[int, float] = {}
    connection = psycopg2.connect(url)
    connection.autocommit = True
    deadline = time.monotonic() + LONGEST_WAIT
    with closing(connection), connection.cursor() as cursor:
        while missing := orders - seen.keys():
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(missing)} seats were not opened within {LONGEST_WAIT} s")
            cursor.execute(SEATS, (list(missing),))
            found = [order_id for (order_id,) in cursor.fetchall()]
            seen |= dict.fromkeys(found, time.monotonic())
            time.sleep(LOOK_EVERY)
    return seen


def _reconcile() -> None:
    """Compare all orders with what the vendor has."""
    reconciliation.run()
    if error := reconciliation.report()["last_error"]:
        raise AssertionError(error)


def _require_all_paid() -> None:
    db.session.rollback()
    open_orders = db.session.scalar(select(func.count()).where(Order.state != OrderState.PAID))
    paid = db.session.scalar(select(func.count(Payment.id)))
    if (open_orders, paid) != (0, ORDERS + RECONCILED):
        raise AssertionError(f"{open_orders} orders are not paid, and there are {paid} payments")


def _tabulate_checkouts(checkouts: Sequence[Checkout]) -> Table:
    own, enrollment = median(each.own for each in checkouts), median(each.enrollment for each in checkouts)
    ratio = median(each.own / each.enrollment for each in checkouts)
    verdict = report.verdict(own <= OWN_TARGET)
    return Table(
        title="Checkout without the vendor",
        columns=("request", "p50, ms", "ratio", "target", ""),
        rows=[
            ("POST /courses/{id}/checkout", f"{own:.1f}", f"{ratio:.2f}", f"at most {OWN_TARGET}", verdict),
            ("POST /courses/{id}/enroll", f"{enrollment:.1f}", "1", "", ""),
        ],
        note=f"{len(checkouts)} of each, in turns in one process, less the time in which the vendor was waited for.",
        data=[{"own_ms": own, "enrollment_ms": enrollment, "ratio": ratio}],
    )


def _tabulate_seats(seconds: Sequence[float]) -> Table:
    p50, p95, longest = median(seconds), quantiles(seconds, n=20)[-1], max(seconds)
    return Table(
        title=f"From a webhook to an open seat, at {RATE} events a second",
        columns=("events", "p50, s", "p95, s", "longest, s", "target", ""),
        rows=[
            (
                *(f"{len(seconds)}", f"{p50:.2f}", f"{p95:.2f}", f"{longest:.2f}"),
                *(f"at most {SEAT_TARGET:.0f}", report.verdict(longest <= SEAT_TARGET)),
            )
        ],
        note=f"Through the web and the worker process. Seats are looked for every {LOOK_EVERY * 1000:.0f} ms.",
        data=[{"p50": p50, "p95": p95, "longest": longest}],
    )


def _tabulate_reconciliation(first: float, again: float) -> Table:
    verdict = report.verdict(first <= RECONCILED_TARGET)
    return Table(
        title=f"Reconciling {RECONCILED:,} orders",
        columns=("orders", "seconds", "target", ""),
        rows=[
            ("all paid, without any event", f"{first:.1f}", f"at most {RECONCILED_TARGET}", verdict),
            ("again, with nothing to mend", f"{again:.1f}", "", ""),
        ],
        note="In one worker, with lists of a hundred checkouts from the emulator.",
        data=[{"orders": RECONCILED, "seconds": first, "again": again}],
    )
