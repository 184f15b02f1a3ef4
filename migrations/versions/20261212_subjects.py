"""subjects"""

import sqlalchemy as sa
from alembic import op

revision = "e7c40d92b5f1"
down_revision = "e4a1c96d70b2"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "subjects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("name_key", name=op.f("uq_subjects_name_key")),
    )
    op.create_index("uq_subjects_code", "subjects", [sa.text("lower(code)")], unique=True)


def downgrade():
    op.drop_table("subjects")
