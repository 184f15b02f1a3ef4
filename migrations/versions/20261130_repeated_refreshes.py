"""client that consumed a refresh token, and number of repeated responses"""

import sqlalchemy as sa
from alembic import op

revision = "e15f7b83c2d9"
down_revision = "7d20c9e4b1aa"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("refresh_tokens", sa.Column("consumed_by", sa.LargeBinary(32)))
    op.add_column("refresh_tokens", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    op.drop_column("refresh_tokens", "repeats")
    op.drop_column("refresh_tokens", "consumed_by")
