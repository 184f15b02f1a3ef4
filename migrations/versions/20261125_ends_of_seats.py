"""end of withdrawn and revoked enrollments"""

import sqlalchemy as sa
from alembic import op

revision = "9a41c6e20b57"
down_revision = "5c1f0a7d92be"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("enrollments", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    # A withdrawn enrollment is not updated any more, so `updated_at` is when it was withdrawn.
    op.execute("UPDATE enrollments SET ended_at = updated_at WHERE status = 'withdrawn'")


def downgrade():
    op.drop_column("enrollments", "ended_at")
