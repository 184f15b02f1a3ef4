"""How long records of payments are kept."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from learnstream.clock import now
from learnstream.models import (
    Coupon,
    CouponUse,
    Dispute,
    LedgerEntry,
    Order,
    OrderState,
    Payment,
    PaymentEventState,
    ReceivedPaymentEvent,
    Refund,
    SeatGrant,
    SeatSource,
)
from learnstream.services.commerce import retention
from learnstream.stores.sql import db
from tests.money import dispute, make_order, pay, refund

YEARS = 10
TABLES = (LedgerEntry, Payment, Refund, Dispute, Order)
LONG_AGO = timedelta(days=366 * YEARS)


def make_old(order, ago=LONG_AGO):
    """Let everything about an order have happened so long ago."""
    columns = dict.fromkeys((Order, Refund, Dispute), ("created_at", "updated_at"))
    columns |= dict.fromkeys((LedgerEntry, Payment), ("created_at",))
    # As a replica does: without the trigger that refuses it.
    db.session.execute(db.text("SET LOCAL session_replication_role = replica"))
    for table, names in columns.items():
        mine = table.id == order.id if table is Order else table.order_id == order.id
        db.session.execute(db.update(table).where(mine).values(dict.fromkeys(names, now() - ago)))
    db.session.commit()
    return order


def sold(**columns):
    order = make_order(tax=931, **columns)
    payment = pay(order)
    refund(payment, 100)
    dispute(payment, 100)
    return order


def rows():
    return [db.session.scalar(db.select(db.func.count()).select_from(table)) for table in TABLES]


def delete_old(years=YEARS):
    deleted = retention.delete_old(years)
    db.session.commit()
    return deleted


def test_what_an_invoice_must_name_goes_when_the_law_no_longer_asks_for_it(app):
    make_old(sold())
    kept = sold()
    db.session.commit()

    assert delete_old() == 1
    assert db.session.scalars(db.select(Order.id)).all() == [kept.id]
    assert rows() == [9, 1, 1, 1, 1]


def test_a_day_before_everything_is_kept(app):
    make_old(sold(), timedelta(days=365 * YEARS))

    assert delete_old() == 0
    assert delete_old(YEARS - 1) == 1


@pytest.mark.parametrize("table", [LedgerEntry, Payment, Refund, Dispute])
def test_an_order_is_kept_whole_while_something_about_it_is_recent(app, table):
    order = make_old(sold())
    names = {"updated_at"} if table in (Refund, Dispute) else {"created_at"}
    db.session.execute(db.text("SET LOCAL session_replication_role = replica"))
    db.session.execute(db.update(table).where(table.order_id == order.id).values(dict.fromkeys(names, now())))
    db.session.commit()

    assert delete_old() == 0
    assert rows() == [9, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("columns", "deleted"),
    [({}, 0), ({"suspended_at": now()}, 0), ({"ended_at": now()}, 1), ({"expires_at": now() - timedelta(days=1)}, 1)],
)
def test_an_order_is_kept_while_its_seat_goes_on(app, columns, deleted):
    order = make_old(sold())
    grant = {
        "user_id": order.user_id,
        "course_id": order.course_id,
        "source": SeatSource.PAYMENT,
        "source_id": order.id,
    }
    db.session.add(SeatGrant(**grant, starts_at=order.created_at, **columns))
    db.session.commit()

    assert delete_old() == deleted


@pytest.mark.parametrize("state", [OrderState.EXPIRED, OrderState.FAILED])
def test_an_order_that_was_never_paid_is_no_record(app, state):
    columns = {"state": state, "paid_at": None}
    make_order(**columns, closed_at=now() - timedelta(days=181))
    recent = make_order(**columns, closed_at=now() - timedelta(days=179))
    watched = make_order(**columns, closed_at=now() - timedelta(days=181), next_check_at=now())
    paid_late = make_order(**columns, closed_at=now() - timedelta(days=181))
    pay(paid_late)
    db.session.commit()

    assert delete_old() == 1
    assert {*db.session.scalars(db.select(Order.id))} == {recent.id, watched.id, paid_late.id}


def test_an_open_order_is_kept(app):
    make_old(make_order(state=OrderState.PENDING, paid_at=None))

    assert delete_old() == 0


def test_uses_of_coupons_go_with_their_orders(app):
    coupon = Coupon(code="SUN", code_key="sun", percent=10, created_by=1)
    db.session.add(coupon)
    db.session.flush()
    order = sold(coupon_id=coupon.id)
    db.session.add(CouponUse(coupon_id=coupon.id, order_id=order.id, user_id=order.user_id))
    make_old(order)

    assert delete_old() == 1
    assert db.session.scalars(db.select(CouponUse)).all() == []


def test_events_go_ninety_days_after_they_were_applied(app):
    for state in PaymentEventState:
        for days in (89, 91):
            at = now() - timedelta(days=days)
            fields = {"type": "x", "livemode": False, "vendor_created_at": at, "body": b"{}", "received_at": at}
            db.session.add(ReceivedPaymentEvent(event_id=f"evt_{state}_{days}", state=state, **fields))
    db.session.commit()

    delete_old()

    left = {*db.session.scalars(db.select(ReceivedPaymentEvent.event_id))}
    assert left == {f"evt_{state}_89" for state in PaymentEventState} | {"evt_pending_91", "evt_parked_91"}


@pytest.mark.parametrize("years", ["", "0", "-1", "11"])
def test_the_trigger_deletes_nothing_that_is_too_young(app, years):
    make_old(sold())
    db.session.execute(db.text("SELECT set_config('learnstream.years_of_ledger', :years, true)"), {"years": years})

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(db.delete(LedgerEntry))


@pytest.mark.parametrize("statement", ["UPDATE ledger SET amount = amount", "TRUNCATE ledger"])
def test_retention_allows_nothing_but_deleting(app, statement):
    make_old(sold())
    db.session.execute(db.text("SET LOCAL learnstream.years_of_ledger = '1'"))

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(db.text(statement))


def test_retention_deletes_no_half_of_a_movement(app):
    make_old(sold())
    db.session.execute(db.text("SET LOCAL learnstream.years_of_ledger = '1'"))
    db.session.execute(db.delete(LedgerEntry).where(LedgerEntry.account == "tax"))

    with pytest.raises(IntegrityError, match="do not sum up to zero"):
        db.session.commit()


def test_after_it_the_ledger_is_closed_again(app):
    make_old(sold())
    retention.delete_old(YEARS + 10)

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(db.delete(LedgerEntry))
