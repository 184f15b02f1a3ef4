"""The emulator's controls: called by tests in the same process, and by `remote` for other processes."""

from devstack.emulation.control import VendorControl
from devstack.emulation.store import Record
from devstack.stripe import books, coupons, disputes, idempotency, invoices, payments, refunds, sessions
from devstack.stripe.context import Context
from devstack.stripe.payments import Method

KINDS = (
    *(sessions.SESSION, payments.INTENT, payments.CHARGE, refunds.REFUND, disputes.DISPUTE),
    *(coupons.COUPON_KIND, coupons.CODE_KIND, invoices.INVOICE, idempotency.KEY),
)
BUYER = {"name": "A Buyer", "email": "buyer@example.com"}


class Control(VendorControl):
    context: Context

    # Buyers and banks

    def pay(self, session_id: str, method: str = Method.CARD, **buyer: str) -> Record:
        """Pay a session, as on its page: `card`, `declined`, or `debit`, which `decide` settles."""
        return payments.pay(self.context, session_id, Method(method), BUYER | buyer)

    def decide(self, session_id: str, *, succeeded: bool = True) -> Record:
        """Decide a debit."""
        return payments.decide(self.context, session_id, succeeded=succeeded)

    def refund(self, charge_id: str, amount: int | None = None, status: str = "succeeded") -> Record:
        """Refund a charge in the vendor's dashboard."""
        with self.context.store.transaction():
            charge = self.context.load(payments.CHARGE, charge_id)
            asked = {"status": status} | ({} if amount is None else {"amount": amount})
            return refunds.refund(self.context, charge, asked)

    def move_refund(self, refund_id: str, status: str) -> Record:
        """Let a refund become `succeeded`, `failed` or `canceled`."""
        return refunds.move(self.context, refund_id, status)

    def dispute(self, charge_id: str, amount: int | None = None, *, inquiry: bool = False) -> Record:
        """Dispute a charge."""
        return disputes.open_dispute(self.context, charge_id, amount=amount, inquiry=inquiry)

    def move_dispute(self, dispute_id: str, status: str) -> Record:
        """Give a dispute another status."""
        return disputes.move(self.context, dispute_id, status)

    def books(self) -> dict[str, books.Sums]:
        """Return what the vendor has of ours, by currency."""
        return books.of(self.context.store)

    # The emulator itself

    def reset(self) -> None:
        """Delete everything but the keys, stop misbehaving, and hold events unless there is a webhook URL."""
        self.hold()
        self.behave()
        self.context.webhooks.clear()
        self.context.store.clear(*KINDS)
        self.context.clock.reset()
        self.context.webhooks.release()
