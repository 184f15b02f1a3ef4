"""Stripe's misbehavior: what it has besides that of any vendor."""

from dataclasses import dataclass
from typing import ClassVar

from devstack.emulation.behavior import Behavior


@dataclass
class StripeBehavior(Behavior):
    """The faults of `Behavior`. Responses have more kinds, all of requests that took effect:

    `empty`, `null` and `blank` are 200 with the body `{}`, `null` or none at all; `enum` has a status that is new; `cut` ends in the middle of the body,
    `closed` before the first byte; `slow` comes after `seconds`, `trickle` a byte every `seconds`; `early` comes after
    the events that the request caused have been posted, and a session that it opened has been paid.
    """

    prefixes: ClassVar[tuple[str, ...]] = ("/v1/",)
    kinds: ClassVar[frozenset[str]] = Behavior.kinds | {
        *("empty", "null", "blank", "enum", "cut", "closed", "slow", "trickle", "early"),
    }
