"""Amounts of money: integers in a currency's minor unit, never floats."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit, such as cents; `currency` is its ISO 4217 code in lower case."""

    amount: int
    currency: str
