"""invitations of imported people, and how their files were read"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a4c9e16d7f52"
down_revision = "d5f07b3e81ac"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("people_imports", sa.Column("invite", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("people_imports", sa.Column("table", postgresql.JSONB(), nullable=True))


def downgrade():
    op.drop_column("people_imports", "table")
    op.drop_column("people_imports", "invite")
