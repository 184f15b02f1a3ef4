"""number of progress resets of an enrollment"""

import sqlalchemy as sa
from alembic import op

revision = "5c1f0a7d92be"
down_revision = "e8e91bfed9cb"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("enrollments", sa.Column("resets", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    op.drop_column("enrollments", "resets")
