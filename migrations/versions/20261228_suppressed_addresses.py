"""suppressed addresses, and when mails failed"""

import sqlalchemy as sa
from alembic import op

revision = "d5a07c3be914"
down_revision = "9c41e7d05b3a"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "suppressed_addresses",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppressed_addresses")),
    )
    op.add_column("mails", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_mails_failed_at", "mails", ["failed_at"], postgresql_where=sa.text("failed_at IS NOT NULL"))


def downgrade():
    op.drop_index("ix_mails_failed_at", "mails")
    op.drop_column("mails", "failed_at")
    op.drop_table("suppressed_addresses")
