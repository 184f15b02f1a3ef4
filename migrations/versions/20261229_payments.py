"""prices, orders, payments, refunds, disputes, coupons, the ledger, and the payment service's events"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b81f3c6d0e27"
down_revision = "d5a07c3be914"
branch_labels = None
depends_on = None

ORDER_STATES = ("pending", "paid", "failed", "expired", "refunded", "partly_refunded", "disputed")
REFUND_STATES = ("requested", "pending", "requires_action", "succeeded", "failed", "canceled")
DISPUTE_STATUSES = (
    *("warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "won"),
    *("lost", "appeal_needs_response", "appeal_under_review", "prevented", "unknown"),
)
USE_STATES = ("held", "kept", "given_back")
ACCOUNTS = ("vendor_balance", "sales", "tax", "refunds", "disputes")
EVENT_STATES = ("pending", "done", "ignored", "parked", "skipped")

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""
REQUIRE_BALANCE = """
CREATE FUNCTION require_balance_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM ledger
        WHERE order_id = NEW.order_id AND cause = NEW.cause AND currency = NEW.currency) <> 0
    THEN
        RAISE EXCEPTION 'the entries of order % for % do not sum up to zero', NEW.order_id, NEW.cause
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    """
    CREATE TRIGGER refuse_change_of_ledger BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger()
    """,
    """
    CREATE TRIGGER refuse_truncation_of_ledger BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger()
    """,
    # Deferred: the entries of a movement may be inserted one by one.
    """
    CREATE CONSTRAINT TRIGGER require_balance_of_ledger AFTER INSERT ON ledger
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_balance_of_ledger()
    """,
)
TABLES = (
    *("payment_events", "ledger", "disputes", "refunds", "payments"),
    *("coupon_uses", "orders", "coupons", "prices"),
)


def _id():
    return sa.Column("id", sa.BigInteger(), nullable=False)


def _integer(name, *, nullable=False):
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name, length=None, *, nullable=False):
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=nullable)


def _instant(name, *, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _flag(name):
    return sa.Column(name, sa.Boolean(), nullable=False)


def _words(column, name, values, length=20):
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=length)
    return sa.Column(column, kind, nullable=False)


def _refers(table, column, to):
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")


def _key(table):
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _create_prices():
    op.create_table(
        "prices",
        _id(),
        _text("course_id", 24),
        _integer("amount", nullable=True),
        _text("currency", 3, nullable=True),
        _integer("created_by"),
        _instant("created_at"),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL) AND (amount IS NULL OR amount > 0)", name=op.f("ck_prices_whole")
        ),
        _key("prices"),
    )
    op.create_index("ix_prices_course_id_id", "prices", ["course_id", "id"])


def _create_coupons():
    op.create_table(
        "coupons",
        _id(),
        _text("code", 40),
        _text("code_key"),
        sa.Column("percent", sa.Integer(), nullable=True),
        _integer("amount_off", nullable=True),
        _text("currency", 3, nullable=True),
        sa.Column("course_ids", postgresql.ARRAY(sa.String(24)), nullable=True),
        _instant("starts_at", nullable=True),
        _instant("ends_at", nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("max_uses_per_user", sa.Integer(), nullable=True),
        _instant("archived_at", nullable=True),
        _integer("created_by"),
        _instant("created_at"),
        _instant("updated_at"),
        sa.CheckConstraint("(percent IS NULL) <> (amount_off IS NULL)", name=op.f("ck_coupons_one_discount")),
        sa.CheckConstraint("(amount_off IS NULL) = (currency IS NULL)", name=op.f("ck_coupons_currency")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_coupons_percent")),
        sa.CheckConstraint("amount_off > 0", name=op.f("ck_coupons_positive")),
        _key("coupons"),
        sa.UniqueConstraint("code_key", name=op.f("uq_coupons_code_key")),
    )


def _create_orders():
    op.create_table(
        "orders",
        _id(),
        _integer("user_id"),
        _text("course_id", 24),
        _text("course_title"),
        sa.Column("course_version", sa.Integer(), nullable=False),
        _integer("price_id"),
        _integer("coupon_id", nullable=True),
        _integer("subtotal"),
        _integer("discount"),
        _integer("tax"),
        _integer("total"),
        _text("currency", 3),
        _words("state", "orderstate", ORDER_STATES),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _text("checkout_id", 255, nullable=True),
        _text("checkout_url", nullable=True),
        _instant("checkout_expires_at", nullable=True),
        _instant("checkout_completed_at", nullable=True),
        _instant("accepted_terms_at"),
        _flag("livemode"),
        _instant("paid_at", nullable=True),
        _instant("closed_at", nullable=True),
        _instant("next_check_at", nullable=True),
        _instant("created_at"),
        _instant("updated_at"),
        sa.CheckConstraint(
            "subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND total >= 0",
            name=op.f("ck_orders_amounts"),
        ),
        _refers("orders", "user_id", "users"),
        _refers("orders", "price_id", "prices"),
        _refers("orders", "coupon_id", "coupons"),
        _key("orders"),
    )
    op.create_index(
        "uq_orders_open",
        "orders",
        ["user_id", "course_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("uq_orders_checkout_id", "orders", ["checkout_id"], unique=True)
    for first in ("user_id", "course_id", "state"):
        op.create_index(f"ix_orders_{first}_id", "orders", [first, "id"])
    for column in ("coupon_id", "next_check_at"):
        op.create_index(f"ix_orders_{column}", "orders", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _create_coupon_uses():
    op.create_table(
        "coupon_uses",
        _id(),
        _integer("coupon_id"),
        _integer("order_id"),
        _integer("user_id"),
        _words("state", "couponusestate", USE_STATES),
        _instant("created_at"),
        _instant("updated_at"),
        _refers("coupon_uses", "coupon_id", "coupons"),
        _refers("coupon_uses", "order_id", "orders"),
        _refers("coupon_uses", "user_id", "users"),
        _key("coupon_uses"),
    )
    op.create_index("uq_coupon_uses_order_id", "coupon_uses", ["order_id"], unique=True)
    op.create_index("ix_coupon_uses_coupon_id_user_id", "coupon_uses", ["coupon_id", "user_id"])


def _create_payments():
    op.create_table(
        "payments",
        _id(),
        _integer("order_id"),
        _text("vendor_id", 255, nullable=True),
        _text("charge_id", 255, nullable=True),
        _text("checkout_id", 255, nullable=True),
        _integer("amount"),
        _integer("tax"),
        _text("currency", 3),
        _flag("livemode"),
        _text("receipt_url", nullable=True),
        _text("invoice_url", nullable=True),
        _text("invoice_pdf_url", nullable=True),
        _instant("paid_at"),
        _instant("created_at"),
        _refers("payments", "order_id", "orders"),
        _key("payments"),
    )
    op.create_index("ix_payments_order_id", "payments", ["order_id"])
    for column in ("vendor_id", "charge_id", "checkout_id"):
        op.create_index(f"uq_payments_{column}", "payments", [column], unique=True)


def _create_refunds():
    op.create_table(
        "refunds",
        _id(),
        _integer("order_id"),
        _integer("payment_id"),
        _text("vendor_id", 255, nullable=True),
        _integer("amount"),
        _text("currency", 3),
        _words("state", "refundstate", REFUND_STATES),
        _text("reason", 40, nullable=True),
        _text("note", 500, nullable=True),
        _flag("keep_seat"),
        _integer("requested_by", nullable=True),
        _text("failure_reason", nullable=True),
        _instant("refunded_at", nullable=True),
        _instant("created_at"),
        _instant("updated_at"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_positive")),
        _refers("refunds", "order_id", "orders"),
        _refers("refunds", "payment_id", "payments"),
        _key("refunds"),
    )
    op.create_index(
        "ix_refunds_open",
        "refunds",
        ["id"],
        postgresql_where=sa.text("state IN ('requested', 'pending', 'requires_action')"),
    )
    _index_movements("refunds")


def _create_disputes():
    op.create_table(
        "disputes",
        _id(),
        _integer("order_id"),
        _integer("payment_id"),
        _text("vendor_id", 255),
        _integer("amount"),
        _text("currency", 3),
        _words("status", "disputestatus", DISPUTE_STATUSES, length=30),
        _text("reason", 60, nullable=True),
        _instant("due_by", nullable=True),
        _instant("status_at"),
        _instant("created_at"),
        _instant("updated_at"),
        _refers("disputes", "order_id", "orders"),
        _refers("disputes", "payment_id", "payments"),
        _key("disputes"),
    )
    _index_movements("disputes")


def _index_movements(table):
    for column in ("order_id", "payment_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(f"uq_{table}_vendor_id", table, ["vendor_id"], unique=True)


def _create_ledger():
    op.create_table(
        "ledger",
        _id(),
        _integer("order_id"),
        _words("account", "ledgeraccount", ACCOUNTS),
        _integer("amount"),
        _text("currency", 3),
        _text("cause", 300),
        _instant("occurred_at"),
        _instant("created_at"),
        _refers("ledger", "order_id", "orders"),
        _key("ledger"),
    )
    op.create_index("uq_ledger_order_id_cause_account", "ledger", ["order_id", "cause", "account"], unique=True)
    op.create_index("ix_ledger_occurred_at", "ledger", ["occurred_at", "id"])
    for statement in (REFUSE_CHANGE, REQUIRE_BALANCE, *TRIGGERS):
        op.execute(statement)


def _create_payment_events():
    op.create_table(
        "payment_events",
        _id(),
        _text("event_id", 255),
        _text("type", 100),
        _flag("livemode"),
        _instant("vendor_created_at"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _instant("received_at"),
        _words("state", "paymenteventstate", EVENT_STATES),
        sa.Column("tries", sa.Integer(), nullable=False),
        _instant("next_try_at"),
        _text("last_error", nullable=True),
        _integer("order_id", nullable=True),
        _instant("done_at", nullable=True),
        _key("payment_events"),
    )
    op.create_index("uq_payment_events_event_id", "payment_events", ["event_id"], unique=True)
    op.create_index("ix_payment_events_state_id", "payment_events", ["state", "id"])
    op.create_index("ix_payment_events_received_at", "payment_events", ["received_at"])
    for index, column, where in (
        ("pending", "next_try_at", "state = 'pending'"),
        ("order_id", "order_id", "order_id IS NOT NULL"),
    ):
        op.create_index(f"ix_payment_events_{index}", "payment_events", [column], postgresql_where=sa.text(where))


def upgrade():
    _create_prices()
    _create_coupons()
    _create_orders()
    _create_coupon_uses()
    _create_payments()
    _create_refunds()
    _create_disputes()
    _create_ledger()
    _create_payment_events()


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    for name in ("refuse_change_of_ledger", "require_balance_of_ledger"):
        op.execute(f"DROP FUNCTION {name}()")
