"""Currencies as Stripe charges them: amounts are integers in the minor unit."""

from devstack.stripe.errors import StripeError, invalid

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
OTHERS = frozenset(
    [
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
        "sgd",
        "thb",
        "try",
        "twd",
        "uah",
        "usd",
        "zar",
    ]
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | OTHERS
# The least that can be charged, in minor units; below it, but above zero, a payment is refused.
MINIMA = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "krw": 500, "kwd": 200, "isk": 10000}
MAXIMUM = 99_999_999


def check(amount: int, currency: str, param: str) -> None:
    """Check an amount that is to be charged; zero is none.

    Raises:
        StripeError: 400.
    """
    if currency not in CURRENCIES:
        raise invalid("currency", f"Invalid currency: {currency}.")
    step = 10 if currency in THREE_DECIMAL else 100 if currency == "isk" else 1
    if amount % step:
        raise invalid(param, f"Amounts in {currency} must be a multiple of {step}.", "invalid_amount")
    if amount and amount < MINIMA.get(currency, 1):
        raise StripeError(400, "The amount is below the minimum.", code="amount_too_small", param=param)
    if amount > MAXIMUM:
        raise StripeError(400, "The amount is above the maximum.", code="amount_too_large", param=param)


def shown(amount: int, currency: str) -> str:
    """Return an amount as people read it, such as `49.00 EUR`."""
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    digits = f"{amount:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"{text} {currency.upper()}"
