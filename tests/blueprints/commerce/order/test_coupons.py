"""Coupons at checkout, over HTTP: guessing codes, and the last use of one."""

import pytest

from learnstream.services.commerce import coupons
from tests.factories import make_person
from tests.payments import check_out, make_coupon, make_priced_course


@pytest.fixture
def priced(client, owner, admin, stripe):
    return make_priced_course(client, owner, admin)


def order(client, buyer, course, code):
    return client.post(f"/courses/{course.id}/checkout", json={"accept_terms": True, "coupon": code}, auth=buyer)


def test_guessing_codes_is_rate_limited(client, app, admin, stranger, priced, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    make_coupon(client, admin, "STARS", percent=20)
    for number in range(coupons.GUESSES.failures):
        assert order(client, stranger, priced, f"GUESS-{number}").json["code"] == "coupon_unknown"

    blocked = order(client, stranger, priced, "STARS")

    assert (blocked.status_code, blocked.json["code"]) == (429, "rate_limited")
    assert int(blocked.headers["Retry-After"]) > 0
    assert order(client, make_person(), priced, "STARS").status_code == 201


def test_the_last_use_goes_to_one_of_two_buyers_at_once(client, admin, priced, at_once):
    coupon = make_coupon(client, admin, "STARS", percent=20, max_uses=1)
    buyers = [make_person() for _ in range(2)]

    responses = at_once(*[lambda buyer=each: order(client, buyer, priced, "STARS") for each in buyers])

    assert sorted(each.status_code for each in responses) == [201, 409]
    assert client.get(f"/admin/coupons/{coupon['id']}", auth=admin).json["uses"] == 1


def test_report_26_changing_to_another_coupon_gives_the_first_back(client, admin, stranger, priced):
    first = make_coupon(client, admin, "STARS", percent=20, max_uses=1)
    second = make_coupon(client, admin, "MOONS", percent=30)
    check_out(client, stranger, priced, coupon="STARS")

    check_out(client, stranger, priced, coupon="MOONS")

    uses = [client.get(f"/admin/coupons/{each['id']}", auth=admin).json["uses"] for each in (first, second)]
    assert uses == [0, 1]
