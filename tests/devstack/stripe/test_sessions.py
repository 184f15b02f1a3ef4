import pytest
import stripe as sdk_errors

ITEM = {"price_data": {"currency": "eur", "unit_amount": 4900, "product_data": {"name": "Rocks"}}, "quantity": 2}


def test_a_new_session_is_open_and_unpaid(stripe, checkout, sdk):
    session = checkout(line_items=[ITEM], client_reference_id="order 5", metadata={"order_id": "5"})

    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_subtotal, session.amount_total, session.currency) == (9800, 9800, "eur")
    assert session.url.startswith(f"{stripe.url}/pay/cs_test_")
    read = sdk.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert [(each.description, each.quantity) for each in read.line_items.data] == [("Rocks", 2)]
    assert (read.client_reference_id, read.metadata["order_id"]) == ("order 5", "5")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"surprise": "x"}, "surprise"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"mode": "subscription"}, "mode"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [ITEM | {"quantity": 0}]}, "line_items[0][quantity]"),
        ({"line_items": [ITEM | {"quantity": "1.5"}]}, "line_items[0][quantity]"),
        ({"success_url": ""}, "success_url"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"metadata": {"x" * 41: "y"}}, f"metadata[{'x' * 41}]"),
        ({"metadata": {"x": "y" * 501}}, "metadata[x]"),
        ({"expires_at": 1}, "expires_at"),
        ({"discounts": [{"coupon": "X"}], "allow_promotion_codes": True}, "discounts"),
        ({"customer": "cus_x", "customer_email": "a@b.example"}, "customer_email"),
    ],
)
def test_what_is_not_understood_is_refused(checkout, changes, param):
    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        checkout(**changes)

    assert (refusal.value.http_status, refusal.value.param) == (400, param)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (4905, "kwd", "invalid_amount"),
        (12_345, "isk", "invalid_amount"),
        (100, "xxx", None),
        (-1, "eur", None),
    ],
)
def test_amounts_are_checked(checkout, amount, currency, code):
    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        checkout(amount, currency)

    assert refusal.value.code == code


@pytest.mark.parametrize(("amount", "currency"), [(0, "eur"), (6800, "jpy"), (4900, "kwd"), (490_000, "isk")])
def test_amounts_of_all_decimals_are_taken(checkout, amount, currency):
    assert checkout(amount, currency).amount_total == amount


def test_a_session_expires_by_itself_and_on_request(stripe, checkout, sdk):
    first, second = checkout(), checkout()
    sdk.checkout.sessions.expire(first.id)

    stripe.advance(24 * 3600)

    assert {sdk.checkout.sessions.retrieve(each.id).status for each in (first, second)} == {"expired"}
    assert [each.type for each in stripe.take_events()] == ["checkout.session.expired"] * 2
    with pytest.raises(sdk_errors.InvalidRequestError):
        sdk.checkout.sessions.expire(first.id)


def test_sessions_are_listed_newest_first(stripe, checkout, sdk):
    sessions = [checkout() for _ in range(5)]
    stripe.pay(sessions[1].id)

    first = sdk.checkout.sessions.list({"limit": 2, "status": "open"})
    ids = [each.id for each in first.auto_paging_iter()]

    assert first.has_more
    assert ids == [sessions[number].id for number in (4, 3, 2, 0)]
    assert sdk.checkout.sessions.list({"created": {"gt": sessions[4].created}}).data == []
    intent = sdk.checkout.sessions.retrieve(sessions[1].id).payment_intent
    assert [each.id for each in sdk.checkout.sessions.list({"payment_intent": intent})] == [sessions[1].id]


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ({"percent_off": 20}, 3920),
        ({"percent_off": 33.33}, 3267),
        ({"percent_off": 100}, 0),
        ({"amount_off": 900, "currency": "eur"}, 4000),
        ({"amount_off": 9999, "currency": "eur"}, 0),
    ],
)
def test_a_coupon_lowers_the_total(sdk, checkout, terms, total):
    coupon = sdk.coupons.create({"duration": "once", **terms})

    session = checkout(discounts=[{"coupon": coupon.id}])

    assert (session.amount_total, session.total_details.amount_discount) == (total, 4900 - total)


def test_a_coupon_ends_with_its_redemptions(stripe, sdk, checkout):
    coupon = sdk.coupons.create({"duration": "once", "percent_off": 10, "max_redemptions": 1})
    code = sdk.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"})
    stripe.pay(checkout(discounts=[{"promotion_code": code.id}]).id)

    with pytest.raises(sdk_errors.InvalidRequestError) as refusal:
        checkout(discounts=[{"coupon": coupon.id}])

    assert refusal.value.code == "coupon_expired"
