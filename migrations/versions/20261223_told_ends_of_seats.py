"""ends of enrollments that learners were told of"""

import sqlalchemy as sa
from alembic import op

revision = "c81e6f02b9d4"
down_revision = "4b7d20e9c6a1"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("enrollments", sa.Column("told_end", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_enrollments_untold_ends",
        "enrollments",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL AND expires_at IS DISTINCT FROM told_end"),
    )


def downgrade():
    op.drop_index("ix_enrollments_untold_ends", table_name="enrollments")
    op.drop_column("enrollments", "told_end")
