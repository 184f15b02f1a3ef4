"""changes of addresses, and optional fields of accounts"""

import sqlalchemy as sa
from alembic import op

revision = "c7d20e5a91b4"
down_revision = "c82d41f7a5e0"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NEW_COLUMNS = {
    "email_changed_at": INSTANT,
    "phone": sa.String(16),
    "timezone": sa.String(64),
    "language": sa.String(10),
}


def upgrade():
    for name, kind in NEW_COLUMNS.items():
        op.add_column("users", sa.Column(name, kind))
    op.create_table(
        "address_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("old_address", sa.String(254), nullable=False),
        sa.Column("old_key", sa.Text(), nullable=False),
        sa.Column("new_address", sa.String(254), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("undone_at", INSTANT),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_address_changes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_address_changes"),
    )
    op.create_index("ix_address_changes_user_id", "address_changes", ["user_id"])
    confirmed = sa.text("confirmed_at IS NOT NULL")
    op.create_index("ix_address_changes_old_key", "address_changes", ["old_key"], postgresql_where=confirmed)


def downgrade():
    op.drop_table("address_changes")
    for name in reversed(NEW_COLUMNS):
        op.drop_column("users", name)
