"""accounts by their external ids, and which of them an import created"""

import sqlalchemy as sa
from alembic import op

revision = "c81e6f2a94d7"
down_revision = "a41d7be3c605"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("external_id", sa.String(length=64), nullable=True))
    op.add_column("users", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("uq_users_external_id", "users", ["external_id"], unique=True)


def downgrade():
    op.drop_index("uq_users_external_id", table_name="users")
    op.drop_column("users", "imported_at")
    op.drop_column("users", "external_id")
