"""the idempotency keys of requests for refunds"""

import sqlalchemy as sa
from alembic import op

revision = "c3d80a51e9f6"
down_revision = "e6a8410f7d2b"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("refunds", sa.Column("request_key", sa.String(255)))


def downgrade():
    op.drop_column("refunds", "request_key")
