"""indexes for the sort orders of the account list"""

import sqlalchemy as sa
from alembic import op

revision = "7d20c9e4b1aa"
down_revision = "8d3b61c07e4f"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_users_name_lower", "users", [sa.text("lower(name)"), "id"])
    op.create_index("ix_users_created_at", "users", ["created_at", "id"])


def downgrade():
    op.drop_index("ix_users_created_at", "users")
    op.drop_index("ix_users_name_lower", "users")
