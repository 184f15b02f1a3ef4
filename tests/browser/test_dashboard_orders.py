"""Orders and coupons in the dashboard, in a real browser: looking for orders, refunding them, creating and archiving coupons."""

import csv
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Coupon, OrderState, Refund, RefundState, SeatSource, Session
from learnstream.services.enrollment import grants
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.stores.sql import db
from tests.browser.conftest import violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.factories import make_person
from tests.money import dispute, make_order, refund
from tests.money import pay as pay_row
from tests.payments import buy, make_priced_course

# The fixtures of the dashboard's tests.
__all__ = ["require_no_errors", "sign_in"]


@pytest.fixture
def sam(app):
    return make_person(name="Sam")


@pytest.fixture
def orders(sam, course):
    """Three orders: of Sam, of Zoe, and one that is disputed and partly refunded."""
    zoe, ana = make_person(name="Zoe"), make_person(name="Ana")
    paid = make_order(buyer=sam, course_id=course.id)
    grants.give([(sam.id, course.id)], Reason(SeatSource.PAYMENT, paid.id), versions=open_versions([course.id]))
    expired = make_order(500, "jpy", buyer=zoe, course_title="Optics", state=OrderState.EXPIRED, paid_at=None)
    disputed = make_order(buyer=ana, state=OrderState.DISPUTED)
    pay_row(paid)
    payment = pay_row(disputed)
    refund(payment, 1000, note="Was ill.", requested_by=1)
    dispute(payment, 900)
    db.session.commit()
    return paid, expired, disputed


@pytest.fixture
def sold(client, stripe, owner, admin, sam):
    """An order that was paid at the payment service."""
    return buy(client, stripe, sam, make_priced_course(client, owner, admin))[0]


def rows(page, name):
    return page.get_by_role("region", name=name, exact=True).locator("tbody tr")


def said(page, text):
    expect(page.locator("#status")).to_have_text(text)


def test_orders_are_found_by_state_and_buyer(page, sign_in, require_no_errors, admin, orders):
    sign_in(admin)
    page.get_by_role("link", name="Orders", exact=True).click()
    heading(page, "Orders").to_be_focused()
    expect(rows(page, "Orders")).to_have_count(3)
    expect(rows(page, "Orders").nth(1)).to_contain_text("JP¥500")
    page.get_by_label("State").select_option("Expired")
    page.get_by_role("button", name="Search").click()
    said(page, "1 orders are shown.")
    expect(rows(page, "Orders")).to_contain_text(["Zoe"])
    page.get_by_label("State").select_option("All")
    page.get_by_label("Buyer's name").fill("sam")
    page.get_by_role("button", name="Search").click()
    expect(rows(page, "Orders")).to_contain_text(["Sam"])

    page.get_by_role("link", name=f"No. {orders[0].id}").click()

    heading(page, f"Order No. {orders[0].id}").to_be_focused()
    page.get_by_role("link", name="Orders", exact=True).click()
    expect(page.get_by_label("Buyer's name")).to_have_value("sam")
    expect(rows(page, "Orders")).to_have_count(1)


def test_what_is_looked_for_is_downloaded(page, sign_in, admin, orders, tmp_path):
    sign_in(admin, "/dashboard#/orders/expired")
    expect(rows(page, "Orders")).to_have_count(1)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV: orders").click()
    downloading.value.save_as(tmp_path / "orders.csv")

    with (tmp_path / "orders.csv").open(encoding="utf-8-sig") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["Zoe"]


def test_an_order_shows_refunds_and_disputes(page, sign_in, require_no_errors, admin, orders):
    sign_in(admin, f"/dashboard#/order/{orders[2].id}")

    expect(rows(page, "Payments")).to_contain_text([re.compile("€49.00.*€10.00.*€9.00.*€30.00")])
    expect(rows(page, "Refunds")).to_contain_text([re.compile("Refunded.*€10.00.*Administrator 1.*Was ill.")])
    expect(rows(page, "Disputes")).to_contain_text([re.compile("needs response.*€9.00")])
    expect(rows(page, "Ledger").first).to_be_visible()


def test_a_part_is_refunded_after_asking(page, sign_in, require_no_errors, admin, sold, stripe, screenshots):
    sign_in(admin, f"/dashboard#/order/{sold['id']}")
    page.get_by_label("Amount (EUR)").fill("60")
    page.get_by_role("button", name="Refund …").click()
    expect(page.get_by_text("Enter an amount up to €49.00.")).to_be_visible()
    page.get_by_label("Amount (EUR)").fill("10,50")
    page.get_by_label("Note for other administrators").fill("Was ill.")
    page.get_by_role("button", name="Refund …").click()
    dialog = page.get_by_role("dialog", name="Refund €10.50 to Sam?")
    expect(dialog).to_contain_text("The enrollment goes on.")
    page.screenshot(path=screenshots / "dashboard-refund.png")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert stripe.books()["eur"]["refunded"] == 0
    page.get_by_role("button", name="Refund …").click()
    dialog.get_by_role("button", name="Refund €10.50").click()

    said(page, "€10.50 are refunded.")
    expect(rows(page, "Refunds")).to_contain_text([re.compile("Refunded.*€10.50.*Was ill.")])
    expect(page.locator(".tile").first).to_contain_text("Partly refunded")
    assert stripe.books()["eur"]["refunded"] == 1050


def test_all_is_refunded_and_the_seat_kept(page, sign_in, require_no_errors, admin, sold, stripe):
    sign_in(admin, f"/dashboard#/order/{sold['id']}")
    page.get_by_label("The buyer keeps the enrollment").check()
    page.get_by_role("button", name="Refund …").click()
    expect(page.get_by_role("dialog")).to_contain_text("The enrollment is kept.")
    page.get_by_role("dialog").get_by_role("button", name="Refund €49.00").click()

    said(page, "€49.00 are refunded.")
    expect(page.locator(".tile").first).to_contain_text("The enrollment that it paid for gives access.")
    expect(page.get_by_role("button", name="Refund …")).to_have_count(0)


def test_an_old_sign_in_is_confirmed_with_the_password(page, sign_in, admin, sold, stripe):
    sign_in(admin, f"/dashboard#/order/{sold['id']}")
    expect(page.get_by_label("Amount (EUR)")).to_be_visible()
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()
    page.get_by_role("button", name="Refund …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Refund €49.00").click()
    expect(dialog.get_by_label("Password")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_label("Password").fill(admin.password)
    page.keyboard.press("Enter")

    said(page, "€49.00 are refunded.")
    assert stripe.books()["eur"]["refunded"] == 4900


def test_the_vendors_silence_is_said(page, sign_in, admin, sold, stripe):
    stripe.misbehave(api={"kind": "status", "status": 500, "times": 9, "path": "/v1/refunds", "method": "POST"})
    sign_in(admin, f"/dashboard#/order/{sold['id']}")
    page.get_by_role("button", name="Refund …").click()
    page.get_by_role("dialog").get_by_role("button", name="Refund €49.00").click()

    said(page, "The refund is requested. The payment service has not answered yet, and is asked again.")
    expect(rows(page, "Refunds")).to_contain_text(["has not answered yet"])
    db.session.rollback()
    assert db.session.scalar(select(Refund.state)) is RefundState.REQUESTED


def test_an_order_is_refunded_by_keyboard(page, sign_in, require_no_errors, admin, sold, stripe):
    sign_in(admin, f"/dashboard#/order/{sold['id']}")
    amount = page.get_by_label("Amount (EUR)")
    expect(amount).to_be_visible()
    amount.focus()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Refund €5.00")).to_be_focused()
    page.keyboard.press("Escape")
    expect(amount).to_have_value("5")
    page.get_by_role("button", name="Refund …").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Refund €5.00")).to_be_focused()
    page.keyboard.press("Enter")

    said(page, "€5.00 are refunded.")
    heading(page, f"Order No. {sold['id']}").to_be_focused()


def test_a_coupon_is_created_archived_and_restored(page, sign_in, require_no_errors, admin, course):
    sign_in(admin)
    page.get_by_role("link", name="Coupons", exact=True).click()
    heading(page, "Coupons").to_be_focused()
    expect(page.get_by_text("There are no coupons yet.")).to_be_visible()
    page.get_by_role("textbox", name="Code", exact=True).fill("Spring")
    page.get_by_label("How much").fill("20")
    page.get_by_label("For", exact=True).select_option(label="Astronomy")
    page.get_by_label("Uses per buyer").fill("1")
    page.get_by_role("button", name="Create it").click()
    said(page, "Spring is created.")
    expect(rows(page, "Coupons")).to_contain_text([re.compile("Spring.*20 %.*Astronomy.*Always.*0, 1 each")])
    page.get_by_role("button", name="Archive: Spring").click()
    said(page, "Spring is archived.")
    expect(page.get_by_text("There are no coupons yet.")).to_be_visible()
    page.get_by_role("link", name="Archived coupons").click()
    heading(page, "Archived coupons").to_be_focused()
    page.get_by_role("button", name="Restore: Spring").click()

    said(page, "Spring is valid again.")
    expect(page.get_by_text("No coupon is archived.")).to_be_visible()


def test_a_coupon_of_an_amount_is_created_by_keyboard(page, sign_in, require_no_errors, admin):
    sign_in(admin, "/dashboard#/coupons/active")
    code = page.get_by_role("textbox", name="Code", exact=True)
    expect(code).to_be_visible()
    code.focus()
    page.keyboard.type("TEN")
    page.get_by_label("Takes off").select_option("An amount")
    page.get_by_label("How much").fill("10.505")
    page.get_by_label("How much").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter an amount of money, such as 10.50.")).to_be_visible()
    page.get_by_label("How much").fill("10.50")
    page.keyboard.press("Enter")

    said(page, "TEN is created.")
    expect(rows(page, "Coupons")).to_contain_text(["€10.50"])
    db.session.rollback()
    assert db.session.execute(select(Coupon.amount_off, Coupon.currency)).one() == (1050, "eur")


def test_what_is_wrong_with_a_coupon_is_said(page, sign_in, admin):
    sign_in(admin, "/dashboard#/coupons/active")
    page.get_by_role("textbox", name="Code", exact=True).fill("NO SPACES")
    page.get_by_label("How much").fill("20")
    page.get_by_role("button", name="Create it").click()

    expect(page.get_by_role("form", name="Create a coupon").get_by_role("alert")).to_contain_text("letters, digits")


def test_instructors_see_neither(page, sign_in, owner, orders):
    for place in ("orders/all", f"order/{orders[0].id}", "coupons/active"):
        sign_in(owner, f"/dashboard#/{place}") if place == "orders/all" else page.goto(
            page.url.split("#")[0] + f"#/{place}"
        )
        expect(page.locator("#content").get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("table")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_orders_are_accessible(
    page, sign_in, require_no_errors, admin, orders, client, width, scheme, screenshots
):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    client.post("/admin/coupons", json={"code": "Spring", "percent": 20}, auth=admin)
    sign_in(admin, "/dashboard#/orders/all")
    expect(rows(page, "Orders")).to_have_count(3)
    check("orders")
    base = page.url.split("#")[0]
    page.goto(f"{base}#/coupons/active")
    expect(rows(page, "Coupons")).to_have_count(1)
    check("coupons")
    page.goto(f"{base}#/order/{orders[2].id}")
    expect(rows(page, "Disputes")).to_have_count(1)
    check("order")
    page.get_by_role("button", name="Refund …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check("refunding")
