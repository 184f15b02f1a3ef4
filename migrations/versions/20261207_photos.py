"""photos of users"""

import sqlalchemy as sa
from alembic import op

revision = "a3d70f5b1c64"
down_revision = "5e1b90d7c3f2"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("photo_id", sa.String(length=24), nullable=True))
    op.create_index("ix_users_photo_id", "users", ["photo_id"], postgresql_where=sa.text("photo_id IS NOT NULL"))


def downgrade():
    op.drop_index("ix_users_photo_id", table_name="users")
    op.drop_column("users", "photo_id")
