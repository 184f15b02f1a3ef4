"""Money: integers in the minor unit of a currency, never floats. The currency decides the decimals (ISO 4217)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ZERO_DECIMALS = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
THREE_DECIMALS = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Not `ugx`: whether it is charged with decimals is described in two ways.
TWO_DECIMALS = frozenset(
    [
        *(
            "aed",
            "ars",
            "aud",
            "bgn",
            "brl",
            "cad",
            "chf",
            "cny",
            "cop",
            "czk",
            "dkk",
            "egp",
            "eur",
            "gbp",
            "hkd",
            "huf",
        ),
        *(
            "idr",
            "ils",
            "inr",
            "isk",
            "mad",
            "mxn",
            "myr",
            "nok",
            "nzd",
            "pen",
            "php",
            "pln",
            "ron",
            "rub",
            "sar",
            "sek",
        ),
        *("sgd", "thb", "try", "twd", "uah", "usd", "zar"),
    ]
)
CURRENCIES = ZERO_DECIMALS | TWO_DECIMALS | THREE_DECIMALS
# The least that is charged, if anything: the payment service refuses less. Of others, a step.
MINIMA = {
    "usd": 50,
    "eur": 50,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "inr": 50,
    "nzd": 50,
    "sgd": 50,
    "gbp": 30,
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "hkd": 400,
    "huf": 17500,
    "isk": 10000,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
    "jpy": 50,
    "krw": 500,
    "kwd": 200,
}
MAXIMUM = 99_999_999


class InvalidMoney(ValueError):
    """An amount that is not charged, with the field that is wrong."""

    def __init__(self, field: Literal["amount", "currency"], problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor unit of a currency, which is written in lower case."""

    amount: int
    currency: str


def decimals(currency: str) -> int:
    """Return how many decimals the amounts of a currency have."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def step(currency: str) -> int:
    """Return the number of which all amounts are multiples: tens of the third decimal, and whole krónur."""
    return 100 if currency == "isk" else 10 if currency in THREE_DECIMALS else 1


def minimum(currency: str) -> int:
    """Return the least amount above zero that is charged."""
    return MINIMA.get(currency, step(currency))


def check(money: Money) -> None:
    """Check that the amount can be charged. Zero cannot: nothing is charged then.

    Raises:
        InvalidMoney: it cannot.
    """
    if money.currency not in CURRENCIES:
        raise InvalidMoney("currency", "Unsupported currency.")
    if money.amount < minimum(money.currency):
        raise InvalidMoney("amount", f"Must be at least {show(Money(minimum(money.currency), money.currency))}.")
    if money.amount > MAXIMUM:
        raise InvalidMoney("amount", f"Must be at most {show(Money(MAXIMUM, money.currency))}.")
    if money.amount % step(money.currency):
        raise InvalidMoney("amount", f"Must be a multiple of {step(money.currency)} in this currency.")


def in_units(money: Money) -> Decimal:
    """Return an amount in units of its currency, with all decimals: 49.00, 500, 1.250."""
    return Decimal(money.amount).scaleb(-decimals(money.currency))


def show(money: Money) -> str:
    """Return an amount as text, such as `49.00 EUR`, `500 JPY` or `-1.250 KWD`."""
    return f"{in_units(money)} {money.currency.upper()}"
