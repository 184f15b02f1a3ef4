"""staff of groups"""

import sqlalchemy as sa
from alembic import op

revision = "a8c36e19f4d5"
down_revision = "0b7e92d4c6a8"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "group_staff",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_staff_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_group_staff_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_staff")),
    )
    op.create_index("ix_group_staff_user_id", "group_staff", ["user_id"])


def downgrade():
    op.drop_table("group_staff")
