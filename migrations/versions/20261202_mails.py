"""mails"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "7d20c5be914a"
down_revision = "b4c1a90f6e37"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATE = sa.Enum(
    "queued", "sent", "failed", "suppressed", name="mailstate", native_enum=False, create_constraint=True, length=20
)


def upgrade():
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(160), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mails_user_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("cause", "template", "address", name="uq_mails_cause_template_address"),
    )
    op.create_index("ix_mails_due", "mails", ["next_try_at"], postgresql_where=sa.text("state = 'queued'"))
    for column in ("state", "template", "address"):
        op.create_index(f"ix_mails_{column}", "mails", [column, "id"])
    for column in ("user_id", "created_at", "sent_at"):
        op.create_index(f"ix_mails_{column}", "mails", [column])


def downgrade():
    op.drop_table("mails")
