"""Administration of coupons."""

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, Coupon, OrderState
from learnstream.services.commerce import coupons
from learnstream.stores.sql import db
from tests.money import make_order

FIELDS = {"code": "Spring-Stars", "percent": 20}
AMOUNT = {"code": "TEN", "amount_off": 1000, "currency": "eur"}


def create(client, admin, **fields):
    return client.post("/admin/coupons", json=fields, auth=admin)


@pytest.fixture
def coupon(client, admin):
    return create(client, admin, **FIELDS).json


@pytest.fixture
def path(coupon):
    return f"/admin/coupons/{coupon['id']}"


def use(coupon, keep=False, **columns):
    order = make_order(coupon_id=coupon["id"], state=OrderState.PENDING, **columns)
    coupons.hold(order, db.session.get_one(Coupon, coupon["id"]))
    if keep:
        coupons.keep(order)
    db.session.commit()
    return order


def test_a_coupon_is_created_read_and_listed(client, admin, course, separate_session):
    terms = {"course_ids": [course.id], "max_uses": 100, "max_uses_per_user": 1, "ends_at": "2027-01-01T00:00:00+00:00"}
    created = create(client, admin, **FIELDS, **terms)

    assert created.status_code == 201
    assert {name: created.json[name] for name in FIELDS | terms} == FIELDS | terms
    assert (created.json["uses"], created.json["amount_off"], created.json["archived_at"]) == (0, None, None)
    assert client.get(f"/admin/coupons/{created.json['id']}", auth=admin).json == created.json
    assert client.get("/admin/coupons", auth=admin).json == [created.json]
    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "coupon.created"))
    assert (entry.actor_id, entry.details) == (admin.id, {"code": "Spring-Stars"})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"percent": 20}, "code"),
        ({**FIELDS, "code": ""}, "code"),
        ({**FIELDS, "code": "x" * 41}, "code"),
        ({**FIELDS, "code": "SPRING STARS"}, "code"),
        ({**FIELDS, "code": "FRÜHLING"}, "code"),
        ({**FIELDS, "code": "STARS\n\u200b"}, "code"),
        ({**FIELDS, "code": 7}, "code"),
        ({"code": "X"}, "percent"),
        ({**AMOUNT, "percent": 20}, "percent"),
        ({**FIELDS, "percent": 0}, "percent"),
        ({**FIELDS, "percent": 101}, "percent"),
        ({**FIELDS, "percent": 12.5}, "percent"),
        ({**FIELDS, "percent": "20"}, "percent"),
        ({**FIELDS, "percent": True}, "percent"),
        ({**FIELDS, "currency": "eur"}, "currency"),
        ({"code": "X", "amount_off": 1000}, "currency"),
        ({**AMOUNT, "currency": "EUR"}, "currency"),
        ({**AMOUNT, "currency": "ugx"}, "currency"),
        ({**AMOUNT, "amount_off": 0}, "amount_off"),
        ({**AMOUNT, "amount_off": -5}, "amount_off"),
        ({**AMOUNT, "amount_off": 10.5}, "amount_off"),
        ({**AMOUNT, "amount_off": 100_000_000}, "amount_off"),
        ({**AMOUNT, "amount_off": 1001, "currency": "kwd"}, "amount_off"),
        ({**AMOUNT, "amount_off": 150, "currency": "isk"}, "amount_off"),
        ({**FIELDS, "course_ids": []}, "course_ids"),
        ({**FIELDS, "course_ids": ["f" * 24]}, "course_ids"),
        ({**FIELDS, "course_ids": ["f" * 24] * 2}, "course_ids"),
        ({**FIELDS, "max_uses": 0}, "max_uses"),
        ({**FIELDS, "max_uses_per_user": 10**10}, "max_uses_per_user"),
        ({**FIELDS, "starts_at": "2027-01-02T00:00:00Z", "ends_at": "2027-01-02T00:00:00Z"}, "ends_at"),
        ({**FIELDS, "ends_at": "2027-01-02"}, "ends_at"),
        ({**FIELDS, "uses": 0}, "uses"),
    ],
)
def test_bad_fields_are_named(client, admin, fields, field, separate_session):
    response = create(client, admin, **fields)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})
    assert separate_session.scalar(select(Coupon.id)) is None


def test_a_small_amount_off_is_accepted(client, admin):
    assert create(client, admin, code="CENT", amount_off=1, currency="eur").status_code == 201


def test_no_two_codes_differ_only_in_case(client, admin, coupon):
    response = create(client, admin, code="SPRING-stars", percent=50)

    assert (response.status_code, response.json["code"]) == (409, "coupon_code_taken")


def test_one_of_two_requests_at_once_creates_a_code(client, admin, at_once):
    responses = at_once(*[lambda: create(client, admin, **FIELDS)] * 2)

    assert sorted(each.status_code for each in responses) == [201, 409]


def test_the_list_is_filtered_and_walked_through(client, admin):
    for number in range(3):
        create(client, admin, code=f"C{number}", percent=10)
    client.patch(
        f"/admin/coupons/{create(client, admin, code='Old', percent=10).json['id']}",
        json={"archived": True},
        auth=admin,
    )

    first = client.get("/admin/coupons?limit=2&archived=false", auth=admin)
    second = client.get(f"/admin/coupons?limit=2&archived=false&cursor={first.headers['X-Next-Cursor']}", auth=admin)

    assert [each["code"] for each in first.json + second.json] == ["C2", "C1", "C0"]
    assert [each["code"] for each in client.get("/admin/coupons?archived=true", auth=admin).json] == ["Old"]
    assert [each["code"] for each in client.get("/admin/coupons?code=c1", auth=admin).json] == ["C1"]


def test_terms_are_changed(client, admin, path, course, coupon):
    changes = {"course_ids": [course.id], "max_uses": 5, "ends_at": "2027-01-01T00:00:00+00:00"}
    changed = client.patch(path, json=changes, auth=admin)

    assert changed.json == coupon | changes | {"updated_at": changed.json["updated_at"]}
    assert client.patch(path, json={"course_ids": None, "ends_at": None}, auth=admin).json["course_ids"] is None


@pytest.mark.parametrize("change", [{}, {"code": "NEW"}, {"percent": 50}, {"archived": "yes"}, {"max_uses": 0}])
def test_code_and_discount_never_change(client, admin, path, coupon, change):
    assert client.patch(path, json=change, auth=admin).status_code == 422
    assert client.get(path, auth=admin).json == coupon


def test_a_change_cannot_let_it_end_before_it_starts(client, admin, path):
    client.patch(path, json={"starts_at": "2027-01-02T00:00:00Z"}, auth=admin)

    response = client.patch(path, json={"ends_at": "2027-01-01T00:00:00Z"}, auth=admin)

    assert set(response.json["errors"]["json"]) == {"ends_at"}


def test_a_coupon_is_archived_and_restored(client, admin, path):
    archived = client.patch(path, json={"archived": True}, auth=admin).json
    assert archived["archived_at"]
    again = client.patch(path, json={"archived": True}, auth=admin).json
    assert again["archived_at"] == archived["archived_at"]

    assert client.patch(path, json={"archived": False}, auth=admin).json["archived_at"] is None


def test_uses_of_open_and_paid_orders_are_counted(client, admin, path, coupon):
    use(coupon)
    use(coupon, keep=True)
    coupons.give_back(use(coupon))
    db.session.commit()

    body = client.get(path, auth=admin).json

    assert (body["uses"], body["paid_uses"]) == (2, 1)


def test_only_a_coupon_without_uses_is_deleted(client, admin, path, coupon):
    coupons.give_back(use(coupon))
    db.session.commit()

    response = client.delete(path, auth=admin)

    assert (response.status_code, response.json["code"]) == (409, "coupon_in_use")
    assert client.get(path, auth=admin).status_code == 200


def test_the_code_of_a_deleted_coupon_is_free(client, admin, path):
    assert client.delete(path, auth=admin).status_code == 204
    assert client.get(path, auth=admin).status_code == 404
    assert create(client, admin, **FIELDS).status_code == 201
