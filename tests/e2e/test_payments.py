"""A school sells a course: a coupon, cards, a payment that comes late, refunds, disputes, and books that agree."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
import requests

from devstack.stripe import Emulator
from devstack.stripe.payments import INTENT
from tests.e2e.conftest import READY_WITHIN
from tests.waiting import within

PRICE = {"amount": 4900, "currency": "eur"}
REDUCED = 3920
REFUND = 1000


@pytest.fixture(scope="module")
def stripe(port, tmp_path_factory):
    webhook_url = f"http://127.0.0.1:{port}/webhooks/stripe"
    with Emulator(tmp_path_factory.mktemp("story stripe"), webhook_url=webhook_url) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def environment(environment, stripe):
    return environment | stripe.environment()


@pytest.fixture(scope="module")
def course(instructor, admin, worker):
    """A published course with a lesson that its learners alone read."""
    course = instructor.call("POST", "/courses", 201, title="Sailing")["id"]
    lesson = instructor.call("POST", f"/courses/{course}/lessons", 201, title="Wind", kind="text", body="# Wind")["id"]
    instructor.call("POST", f"/courses/{course}/publish", 201)
    admin.call("PUT", f"/courses/{course}/price", **PRICE)
    return SimpleNamespace(id=course, lesson=lesson)


@pytest.fixture(scope="module")
def buyers(visitor):
    def buyer(name):
        account = {"email": f"{name}@buyers.example", "password": "a walrus in the pantry"}
        visitor().call("POST", "/auth/register", 201, name=name.title(), **account)
        return visitor().sign_in(**account)

    return SimpleNamespace(**{name: buyer(name) for name in ("ada", "ben", "cleo", "dov")})


def test_the_catalogue_shows_the_price(course, visitor):
    [listed] = visitor().call("GET", "/courses?q=sailing")

    assert listed["price"] == visitor().call("GET", f"/courses/{course.id}")["price"] == PRICE


def test_a_priced_course_is_not_enrolled_in_without_paying(course, buyers):
    refused = buyers.ada.call("POST", f"/courses/{course.id}/enroll", 402)

    assert (refused["code"], refused["checkout"]) == ("payment_required", f"/courses/{course.id}/checkout")


def check_out(buyer, course, **coupon):
    return buyer.call("POST", f"/courses/{course.id}/checkout", 201, accept_terms=True, **coupon)


def pay(checkout, card):
    """Pay on the vendor's page as a browser does; return the page that the buyer sees then."""
    return requests.post(checkout["checkout_url"], data={"card": card}, timeout=20)


def reads(buyer, course):
    """Return whether someone may read the lesson."""
    lesson = buyer.http.get(f"{buyer.url}/lessons/{course.lesson}", timeout=20)
    assert lesson.status_code in {200, 403}, lesson.text
    return lesson.ok


def state(buyer, checkout):
    return buyer.call("GET", f"/orders/{checkout['order_id']}")["state"]


@pytest.fixture(scope="module")
def coupons(admin, course):
    admin.call("POST", "/admin/coupons", 201, code="SPRING", percent=20, max_uses_per_user=1)
    admin.call("POST", "/admin/coupons", 201, code="STAFF", percent=100, course_ids=[course.id], max_uses=1)


@pytest.fixture(scope="module")
def ada(coupons, course, buyers):
    """Ada has paid by card, with a coupon."""
    checkout = check_out(buyers.ada, course, coupon="spring")
    assert (checkout["subtotal"], checkout["total"]) == (PRICE["amount"], REDUCED)
    assert checkout == check_out(buyers.ada, course, coupon="Spring")
    page = pay(checkout, "pays")
    assert page.ok, page.text
    within(READY_WITHIN, lambda: reads(buyers.ada, course))
    return checkout


def receipt_of(buyer, checkout):
    [payment] = buyer.call("GET", f"/orders/{checkout['order_id']}")["payments"]
    return payment["receipt_url"]


def test_a_card_and_a_coupon_open_the_course(ada, course, buyers):
    order = buyers.ada.call("GET", f"/orders/{ada['order_id']}")

    assert (order["state"], order["total"], order["discount"]) == ("paid", REDUCED, PRICE["amount"] - REDUCED)
    within(READY_WITHIN, lambda: receipt_of(buyers.ada, ada))
    assert requests.get(receipt_of(buyers.ada, ada), timeout=20).ok
    assert buyers.ben.call("GET", f"/orders/{ada['order_id']}", 404)["code"] == "not_found"


@pytest.fixture(scope="module")
def ben(course, buyers, stripe):
    """Ben has paid by a debit that the bank decided later: whether he could read before."""
    checkout = check_out(buyers.ben, course)
    pay(checkout, "debit")
    before = (state(buyers.ben, checkout), reads(buyers.ben, course))
    stripe.decide(checkout["checkout_url"].rpartition("/")[2])
    within(READY_WITHIN, lambda: reads(buyers.ben, course))
    return SimpleNamespace(checkout=checkout, before=before)


def test_a_late_payment_opens_the_course_when_it_is_decided(ben, buyers):
    assert ben.before == ("pending", False)
    assert state(buyers.ben, ben.checkout) == "paid"


@pytest.fixture(scope="module")
def cleo(course, buyers):
    """Cleo's first card was declined, and the second one was not."""
    checkout = check_out(buyers.cleo, course)
    declined = pay(checkout, "declined")
    assert declined.status_code == 402, declined.text
    pay(checkout, "pays")
    within(READY_WITHIN, lambda: reads(buyers.cleo, course))
    return checkout


def test_a_declined_card_is_followed_by_another(cleo, buyers, stripe):
    assert state(buyers.cleo, cleo) == "paid"
    assert len(buyers.cleo.call("GET", "/users/me/orders")) == 1


def test_a_free_place_needs_no_vendor(coupons, course, buyers):
    checkout = check_out(buyers.dov, course, coupon="STAFF")

    assert (checkout["state"], checkout["total"], checkout["checkout_url"]) == ("paid", 0, None)
    assert reads(buyers.dov, course)


def refund(admin, checkout, **body):
    path = f"/admin/orders/{checkout['order_id']}/refund"
    headers = {"Idempotency-Key": str(uuid4())}
    response = admin.http.post(admin.url + path, json={"reason": "requested_by_customer", **body}, headers=headers)
    assert response.ok, response.text


@pytest.fixture(scope="module")
def refunded(ada, course, buyers, admin):
    """Ada has got a part of her money back, then the rest: whether she could read in between."""
    refund(admin, ada, amount=REFUND)
    within(READY_WITHIN, lambda: state(buyers.ada, ada) == "partly_refunded")
    between = reads(buyers.ada, course)
    refund(admin, ada)
    within(READY_WITHIN, lambda: state(buyers.ada, ada) == "refunded")
    return between


def test_a_refund_of_everything_closes_the_course(refunded, course, buyers):
    assert refunded is True
    assert reads(buyers.ada, course) is False


def charge(stripe, admin, checkout):
    """Return the vendor's charge of an order."""
    [payment] = admin.call("GET", f"/admin/orders/{checkout['order_id']}")["payments"]
    return stripe.context.load(INTENT, payment["vendor_id"])["latest_charge"]


@pytest.fixture(scope="module")
def disputes(ben, cleo, course, buyers, admin, stripe):
    """Ben's bank and Cleo's have disputed: neither could read meanwhile. Ben's bank gave in, Cleo's did not."""
    opened = {}
    for name, checkout in (("ben", ben.checkout), ("cleo", cleo)):
        opened[name] = stripe.dispute(charge(stripe, admin, checkout))
        buyer = getattr(buyers, name)
        within(READY_WITHIN, lambda buyer=buyer: not reads(buyer, course))
    stripe.move_dispute(opened["ben"]["id"], "won")
    stripe.move_dispute(opened["cleo"]["id"], "lost")
    within(READY_WITHIN, lambda: reads(buyers.ben, course))


def test_a_dispute_that_is_won_opens_the_course_again_and_one_that_is_lost_does_not(
    disputes, ben, cleo, course, buyers
):
    assert state(buyers.ben, ben.checkout) == "paid"
    assert (state(buyers.cleo, cleo), reads(buyers.cleo, course)) == ("disputed", False)


def test_the_revenue_is_what_the_vendor_has(refunded, disputes, admin, stripe):
    [row] = admin.call("GET", "/admin/revenue?by=currency")["rows"]
    books = stripe.books()["eur"]

    assert books == {"charged": REDUCED + 2 * PRICE["amount"], "refunded": REDUCED, "disputed": PRICE["amount"]}
    assert row["net"] == books["charged"] - books["refunded"] - books["disputed"]


def test_buyers_are_told_of_what_they_paid_and_got_back(refunded, buyers):
    def kinds(buyer):
        return {each["kind"] for each in buyer.call("GET", "/notifications?limit=100")}

    within(READY_WITHIN, lambda: kinds(buyers.ada) >= {"payment_received", "payment_refunded"})
    assert "payment_refunded" not in kinds(buyers.ben)
