"""digest schedules"""

import sqlalchemy as sa
from alembic import op

revision = "8e3f1a96d2b7"
down_revision = "e94a7b1d30c6"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "digest_schedules",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digest_schedules_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_digest_schedules")),
    )
    op.create_index(
        "ix_digest_schedules_due", "digest_schedules", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )


def downgrade():
    op.drop_table("digest_schedules")
