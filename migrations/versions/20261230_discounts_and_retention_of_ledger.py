"""the ledger's account for discounts, and the deletion of what is old enough"""

from alembic import op

revision = "4c7e02d9a6b1"
down_revision = "b81f3c6d0e27"
branch_labels = None
depends_on = None

BEFORE = ("vendor_balance", "sales", "tax", "refunds", "disputes")
ACCOUNTS = (*BEFORE, "discounts")

# A transaction that says for how many years records are kept may delete older entries, and change nothing.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    years integer := NULLIF(current_setting('learnstream.years_of_ledger', true), '')::integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF years >= 1 AND OLD.created_at < now() - make_interval(years => years) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""
REFUSE_EVERY_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""
REQUIRE_BALANCE = """
CREATE OR REPLACE FUNCTION require_balance_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed ledger := COALESCE(NEW, OLD);
BEGIN
    IF (SELECT sum(amount) FROM ledger
        WHERE order_id = changed.order_id AND cause = changed.cause AND currency = changed.currency) <> 0
    THEN
        RAISE EXCEPTION 'the entries of order % for % do not sum up to zero', changed.order_id, changed.cause
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
BALANCE_TRIGGER = """
CREATE CONSTRAINT TRIGGER require_balance_of_ledger AFTER INSERT{events} ON ledger
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_balance_of_ledger()
"""


def _set_accounts(accounts):
    op.drop_constraint(op.f("ck_ledger_ledgeraccount"), "ledger", type_="check")
    words = ", ".join(f"'{account}'" for account in accounts)
    # Not valid: it holds for new entries. None can be changed, also if one is of an account that is no more.
    op.execute(f"ALTER TABLE ledger ADD CONSTRAINT ck_ledger_ledgeraccount CHECK (account IN ({words})) NOT VALID")


def _set_balance_trigger(events):
    op.execute("DROP TRIGGER require_balance_of_ledger ON ledger")
    op.execute(BALANCE_TRIGGER.format(events=events))


def upgrade():
    _set_accounts(ACCOUNTS)
    op.execute("ALTER TABLE ledger VALIDATE CONSTRAINT ck_ledger_ledgeraccount")
    op.execute(REFUSE_CHANGE)
    op.execute(REQUIRE_BALANCE)
    _set_balance_trigger(" OR DELETE")


def downgrade():
    _set_balance_trigger("")
    op.execute(REFUSE_EVERY_CHANGE)
    _set_accounts(BEFORE)
