"""when the payment service was last found to have events that it could not deliver"""

import sqlalchemy as sa
from alembic import op

revision = "5b1f9e07d4c2"
down_revision = "c3d80a51e9f6"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("payment_reconciliation", sa.Column("undelivered_at", sa.DateTime(timezone=True)))


def downgrade():
    op.drop_column("payment_reconciliation", "undelivered_at")
