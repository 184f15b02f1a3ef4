"""teachers of subjects"""

import sqlalchemy as sa
from alembic import op

revision = "f18a5c3d74e0"
down_revision = "e7c40d92b5f1"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "subject_teachers",
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_subject_teachers_subject_id_subjects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_subject_teachers_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("subject_id", "user_id", name=op.f("pk_subject_teachers")),
    )
    op.create_index(op.f("ix_subject_teachers_user_id"), "subject_teachers", ["user_id"])


def downgrade():
    op.drop_table("subject_teachers")
