"""covers of programs"""

import sqlalchemy as sa
from alembic import op

revision = "9d3f6a27b1c8"
down_revision = "e7b20c94d1f6"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("programs", sa.Column("cover", sa.Text(), server_default="", nullable=False))


def downgrade():
    op.drop_column("programs", "cover")
