"""The vendor's own books: what came in, and what went back."""

from collections import defaultdict
from typing import TypedDict

from devstack.emulation.store import Store
from devstack.stripe.disputes import DISPUTE, TAKEN
from devstack.stripe.payments import CHARGE
from devstack.stripe.refunds import COUNTED, REFUND


class Sums(TypedDict):
    """Sums in minor units: of charges, of refunds that have not failed, and of disputes whose money is taken."""

    charged: int
    refunded: int
    disputed: int


def of(store: Store) -> dict[str, Sums]:
    """Return the sums by currency."""
    found: dict[str, Sums] = defaultdict(lambda: Sums(charged=0, refunded=0, disputed=0))
    for charge in store.find(CHARGE):
        found[charge["currency"]]["charged"] += charge["amount"]
    for refund in store.find(REFUND):
        found[refund["currency"]]["refunded"] += refund["amount"] if refund["status"] in COUNTED else 0
    for dispute in store.find(DISPUTE):
        found[dispute["currency"]]["disputed"] += dispute["amount"] if dispute["status"] in TAKEN else 0
    return dict(found)
