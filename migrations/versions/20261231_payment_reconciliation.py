"""how far the comparison of orders with the payment service has come"""

import sqlalchemy as sa
from alembic import op

revision = "9d25f1b7c3ea"
down_revision = "4c7e02d9a6b1"
branch_labels = None
depends_on = None

STEPS = ("checkouts", "events", "refunds", "orders")


def upgrade():
    op.create_table(
        "payment_reconciliation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column(
            "step",
            sa.Enum(*STEPS, name="reconciliationstep", native_enum=False, create_constraint=True, length=20),
        ),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("cursor", sa.String(255)),
        sa.Column("covered_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("corrected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_payment_reconciliation"),
    )


def downgrade():
    op.drop_table("payment_reconciliation")
