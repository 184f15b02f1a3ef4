"""the names and addresses of buyers, as they were when they ordered"""

import sqlalchemy as sa
from alembic import op

revision = "e6a8410f7d2b"
down_revision = "9d25f1b7c3ea"
branch_labels = None
depends_on = None


def upgrade():
    # Null: the order was placed by a release that did not note them.
    op.add_column("orders", sa.Column("buyer_name", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("buyer_email", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("orders", "buyer_email")
    op.drop_column("orders", "buyer_name")
