"""second factors, recovery codes, and when a session's user last confirmed their identity"""

import sqlalchemy as sa
from alembic import op

revision = "c82d41f7a5e0"
down_revision = "f3a86d1c07e5"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(20), nullable=False),
        sa.Column("enabled_at", INSTANT),
        sa.Column("last_step", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_index("ix_second_factors_key_id", "second_factors", ["key_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["second_factors.user_id"], name="fk_recovery_codes_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
    )
    op.add_column("sessions", sa.Column("reauthenticated_at", INSTANT))


def downgrade():
    op.drop_column("sessions", "reauthenticated_at")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
