"""Revenue in the dashboard, in a real browser: its card, its figures by day and by course, and its table to download."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from learnstream.clock import now
from learnstream.stores.sql import db
from tests.browser.conftest import tab_to, violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.browser.test_dashboard_quizzes import alert
from tests.factories import make_course
from tests.money import dispute, make_order, pay, refund

# The fixtures of the dashboard's tests.
__all__ = ["require_no_errors", "sign_in"]


@pytest.fixture
def course(owner):
    return make_course(owner, title="Astronomy")


@pytest.fixture
def sales(course, owner):
    """Astronomy for euros, of which some went back, and Botany for yen."""
    for days_ago, amount in ((1, 119000), (3, 59500), (9, 11900)):
        at = now() - timedelta(days=days_ago)
        payment = pay(
            make_order(amount * 100 // 119, discount=1000, tax=amount * 19 // 119, course_id=course.id), paid_at=at
        )
    refund(payment, 5950, refunded_at=now() - timedelta(days=2))
    dispute(payment, 1190, status_at=now() - timedelta(days=2))
    botany = make_course(owner, title="Botany")
    pay(make_order(9800, "jpy", course_id=botany.id, course_title="Botany"), paid_at=now() - timedelta(days=2))
    db.session.commit()


def tile(page, name, number=0):
    """Return an amount among the figures of a currency."""
    return page.locator(".tile", has_text=name).nth(number)


def test_an_administrator_goes_from_the_card_to_days_and_courses(
    page, sign_in, require_no_errors, admin, sales, screenshots
):
    sign_in(admin)
    heading(page, "All courses").to_be_focused()
    card = page.locator("section.card", has=page.get_by_role("heading", name="Revenue"))
    expect(card.locator(".tile")).to_have_text([re.compile("^EUR€1,511.05net, of €1,"), re.compile("^JPYJP¥9,800net")])
    card.get_by_role("link", name="Revenue by day and course").click()

    heading(page, "Revenue").to_be_focused()
    expect(tile(page, "Net, EUR")).to_contain_text("€1,511.05")
    expect(tile(page, "Refunds")).to_contain_text("€59.50")
    expect(tile(page, "Disputes")).to_contain_text("€11.90")
    expect(tile(page, "Discounts")).to_contain_text("€30.00")
    expect(tile(page, "Net, JPY")).to_contain_text("JP¥9,800")
    expect(page.get_by_role("img", name="By day, EUR. €1,511.05 net in these days.")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^By day, JPY"))).to_be_visible()
    page.screenshot(path=screenshots / "dashboard-revenue.png", full_page=True)

    page.get_by_role("link", name="By course").click()
    table = page.get_by_role("table", name="By course")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("row", name=re.compile("^Astronomy"))).to_contain_text("€1,511.05")
    expect(table.get_by_role("row", name=re.compile("^Botany"))).to_contain_text("JP¥9,800")
    table.get_by_role("link", name="Botany").click()
    heading(page, "Botany").to_be_focused()


def test_the_days_can_be_chosen(page, sign_in, require_no_errors, admin, sales):
    sign_in(admin, "/dashboard#/revenue/day")
    expect(tile(page, "Gross")).to_contain_text("€")
    page.get_by_label("Period").select_option("7")
    expect(tile(page, "Net, EUR")).to_contain_text("€1,421.05")
    page.get_by_text("Show as a table").first.click()

    rows = page.get_by_role("table", name="By day, EUR").get_by_role("row")
    expect(rows).to_have_count(8)
    expect(page.get_by_role("table", name="By day, EUR")).to_contain_text("-€58.95")


def test_a_table_of_one_page_can_be_downloaded(page, sign_in, require_no_errors, admin, sales):
    sign_in(admin, "/dashboard#/revenue/course")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as CSV: revenue by course").click()

    lines = saved.value.path().read_text().splitlines()
    assert saved.value.suggested_filename.startswith("revenue-course")
    assert lines[1].split(",")[1:3] == ['"Astronomy"', '"EUR"']
    assert lines[2].endswith(",9800")


def test_nothing_sold_says_so(page, sign_in, require_no_errors, admin):
    sign_in(admin, "/dashboard#/revenue/day")

    expect(page.get_by_text("Nothing was sold or refunded in these days.")).to_be_visible()


def test_wrong_days_are_named(page, sign_in, admin, sales):
    sign_in(admin, "/dashboard#/revenue/day")
    heading(page, "Revenue").to_be_visible()
    page.get_by_label("From", exact=True).fill("2026-03-02")
    page.get_by_label("To", exact=True).fill("2026-03-01")
    page.get_by_role("button", name="Update").click()

    expect(page.locator("#from-wrong")).to_have_text(re.compile("^Must not be after"))


def test_instructors_do_not_see_it(page, sign_in, owner, sales):
    sign_in(owner, "/dashboard#/revenue/day")

    expect(alert(page)).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)


def test_revenue_is_reached_by_keyboard(page, sign_in, require_no_errors, admin, sales):
    sign_in(admin, "/dashboard#/revenue/day")
    heading(page, "Revenue").to_be_focused()
    expect(tile(page, "Net, EUR")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="By course"), presses=4)
    page.keyboard.press("Enter")

    expect(page.get_by_role("table", name="By course")).to_be_visible()
    heading(page, "Revenue").to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_revenue_are_accessible(
    page, sign_in, require_no_errors, admin, sales, width, scheme, screenshots
):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(admin, "/dashboard#/revenue/day")
    expect(page.get_by_role("img", name=re.compile("^By day, JPY"))).to_be_visible()
    check("revenue")
    page.get_by_role("link", name="By course").click()
    expect(page.get_by_role("table", name="By course")).to_be_visible()
    check("revenue-courses")
