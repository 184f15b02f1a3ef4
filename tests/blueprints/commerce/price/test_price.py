"""GET, PUT and DELETE /courses/{id}/price, and what the catalogue shows."""

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, OutboxMessage, Price
from learnstream.services.commerce import prices
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_course
from tests.payments import PRICE, sell


@pytest.fixture
def course(stripe, owner):
    return make_course(owner)


def put_price(client, course, person, **body):
    return client.put(f"/courses/{course.id}/price", json=body, auth=person)


def shown(client, course):
    """Return the price on the course's page and in the list; they must agree."""
    page = client.get(f"/courses/{course.id}").json["price"]
    [entry] = [each["price"] for each in client.get("/courses").json if each["id"] == str(course.id)]
    assert entry == page
    return page


def test_a_course_is_free_at_first(client, course, admin):
    assert shown(client, course) is None
    assert client.get(f"/courses/{course.id}/price", auth=admin).json == {"price": None, "history": []}


def test_a_price_is_shown_at_once_and_kept_in_the_history(client, course, admin):
    shown(client, course)

    first = put_price(client, course, admin, **PRICE)
    assert first.status_code == 200
    assert shown(client, course) == PRICE

    second = put_price(client, course, admin, amount=500, currency="jpy")
    assert shown(client, course) == second.json["price"] == {"amount": 500, "currency": "jpy"}
    assert [each["price"] for each in second.json["history"]] == [{"amount": 500, "currency": "jpy"}, PRICE]
    assert {each["changed_by"] for each in second.json["history"]} == {admin.id}


def test_a_deleted_price_makes_the_course_free_again(client, course, admin, stranger):
    sell(client, course, admin)

    deleted = client.delete(f"/courses/{course.id}/price", auth=admin)

    assert deleted.json["price"] is shown(client, course) is None
    assert [each["price"] for each in deleted.json["history"]] == [None, PRICE]
    assert client.post(f"/courses/{course.id}/enroll", auth=stranger).status_code == 201


def test_the_same_price_again_is_no_change(client, course, admin):
    sell(client, course, admin)

    assert len(put_price(client, course, admin, **PRICE).json["history"]) == 1
    assert len(db.session.scalars(select(Price)).all()) == 1


def test_a_change_is_in_the_audit_log(client, course, admin):
    sell(client, course, admin)
    put_price(client, course, admin, amount=5900, currency="eur")

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.actor_id, entry.target_id) == ("course.priced", admin.id, str(course.id))
    assert entry.details == {"before": PRICE, "after": {"amount": 5900, "currency": "eur"}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *[
            ({"amount": amount, "currency": "eur"}, "amount")
            for amount in (0, -4900, 49, 100_000_000, 49.5, "4900", None)
        ],
        *[({"amount": True, "currency": "eur"}, "amount"), ({"amount": [4900], "currency": "eur"}, "amount")],
        *[({"amount": 4900, "currency": each}, "currency") for each in ("ugx", "EUR", "", "euro", None, 978, ["eur"])],
        *[({"amount": 1234, "currency": "kwd"}, "amount"), ({"amount": 500_050, "currency": "isk"}, "amount")],
        *[({"amount": 49, "currency": "jpy"}, "amount"), ({"currency": "eur"}, "amount"), ({"amount": 1}, "currency")],
        ({**PRICE, "from": "now"}, "from"),
    ],
)
def test_an_amount_that_cannot_be_charged_is_refused(client, course, admin, body, field):
    refused = put_price(client, course, admin, **body)

    assert refused.status_code == 422
    assert field in refused.json["errors"]["json"]
    assert shown(client, course) is None


@pytest.mark.parametrize("body", [b"4900", b"[]", b'"eur"', b"null", b"{"])
def test_what_is_no_object_is_refused(client, course, admin, body):
    path = f"/courses/{course.id}/price"
    assert client.put(path, data=body, content_type="application/json", auth=admin).status_code in {400, 422}


@pytest.mark.parametrize(
    ("amount", "currency"), [(500, "jpy"), (12_340, "kwd"), (500_000, "isk"), (50, "usd"), (99_999_999, "eur")]
)
def test_currencies_with_0_2_and_3_decimals_can_be_charged(client, course, admin, amount, currency):
    assert put_price(client, course, admin, amount=amount, currency=currency).status_code == 200
    assert shown(client, course) == {"amount": amount, "currency": currency}


def test_instructors_see_prices_but_set_them_only_if_the_server_lets_them(app, client, course, owner, monkeypatch):
    refused = put_price(client, course, owner, **PRICE)
    assert (refused.status_code, refused.json["code"]) == (403, "admins_only")
    assert client.delete(f"/courses/{course.id}/price", auth=owner).status_code == 403
    assert client.get(f"/courses/{course.id}/price", auth=owner).status_code == 200

    monkeypatch.setitem(app.config, "INSTRUCTORS_PRICE", True)
    assert put_price(client, course, owner, **PRICE).status_code == 200


def test_nobody_prices_the_course_of_others(app, client, course, stranger, monkeypatch):
    monkeypatch.setitem(app.config, "INSTRUCTORS_PRICE", True)

    assert put_price(client, course, stranger, **PRICE).status_code == 403
    assert client.get(f"/courses/{course.id}/price", auth=stranger).status_code == 403
    assert client.get(f"/courses/{course.id}/price").status_code == 401


def test_without_a_payment_service_no_price_is_set(app, client, course, admin, monkeypatch):
    monkeypatch.setitem(app.extensions, "payment_service", lambda: None)

    refused = put_price(client, course, admin, **PRICE)

    assert (refused.status_code, refused.json["code"]) == (503, "payments_unconfigured")


def test_a_draft_is_priced_before_it_is_published(client, stripe, owner, admin):
    draft = make_course(owner, published=False)

    assert put_price(client, draft, admin, **PRICE).status_code == 200


def test_a_copy_that_was_lost_is_written_by_the_command(client, course, admin, monkeypatch):
    monkeypatch.setattr(prices, "_try_to_show", lambda *_: None)
    sell(client, course, admin)
    assert shown(client, course) is None

    monkeypatch.undo()
    assert outbox.relay() == 1
    assert shown(client, course) == PRICE
    assert db.session.scalars(select(OutboxMessage.done_at)).all() != [None]


def test_a_late_copy_does_not_replace_a_later_price(client, course, admin):
    sell(client, course, admin)
    put_price(client, course, admin, amount=5900, currency="eur")
    first = db.session.scalars(select(Price).order_by(Price.id)).first()

    prices._show(str(course.id), prices._stored(first))

    assert shown(client, course) == {"amount": 5900, "currency": "eur"}


def test_the_price_costs_readers_no_further_query(client, course, admin, queries):
    seen = []
    for change in (
        lambda: sell(client, course, admin),
        lambda: client.delete(f"/courses/{course.id}/price", auth=admin),
    ):
        change()
        queries.clear()
        client.get(f"/courses/{course.id}")
        client.get("/courses")
        seen.append([*queries])

    assert seen[0] == seen[1]
    assert "sql" not in seen[0]
