"""Money: decimals by currency, and amounts that can be charged."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text import money
from learnstream.text.money import CURRENCIES, MAXIMUM, InvalidMoney, Money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (4900, "eur", "49.00 EUR"),
        (5, "usd", "0.05 USD"),
        (500, "jpy", "500 JPY"),
        (1250, "kwd", "1.250 KWD"),
        (500000, "isk", "5000.00 ISK"),
        (-4905, "eur", "-49.05 EUR"),
        (0, "eur", "0.00 EUR"),
    ],
)
def test_an_amount_is_shown_with_the_decimals_of_its_currency(amount, currency, shown):
    assert money.show(Money(amount, currency)) == shown


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *[(50, "eur"), (50, "usd"), (30, "gbp"), (MAXIMUM, "eur"), (50, "jpy"), (1230, "kwd"), (500000, "isk")],
        *[(17500, "huf"), (1, "twd"), (1, "vnd"), (10, "bhd")],
    ],
)
def test_an_amount_that_can_be_charged(amount, currency):
    money.check(Money(amount, currency))


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        *[(0, "eur", "amount"), (-4900, "eur", "amount"), (49, "eur", "amount"), (29, "gbp", "amount")],
        *[(MAXIMUM + 1, "eur", "amount"), (1234, "kwd", "amount"), (5, "bhd", "amount"), (500050, "isk", "amount")],
        *[(49, "jpy", "amount"), (4900, "ugx", "currency"), (4900, "EUR", "currency"), (4900, "", "currency")],
        *[(4900, "btc", "currency"), (4900, "eu\u0327", "currency")],
    ],
)
def test_an_amount_that_cannot_be_charged_names_the_field(amount, currency, field):
    with pytest.raises(InvalidMoney) as refused:
        money.check(Money(amount, currency))

    assert refused.value.field == field


def test_the_least_amount_is_named():
    with pytest.raises(InvalidMoney, match=r"at least 0\.50 EUR"):
        money.check(Money(49, "eur"))


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_shown_is_the_amount(amount, currency):
    shown, code = money.show(Money(amount, currency)).split()

    assert Decimal(shown) * 10 ** money.decimals(currency) == amount
    assert code == currency.upper()


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_the_least_and_the_greatest_amount_of_every_currency_can_be_charged(currency):
    money.check(Money(money.minimum(currency), currency))
    money.check(Money(MAXIMUM - MAXIMUM % money.step(currency), currency))
