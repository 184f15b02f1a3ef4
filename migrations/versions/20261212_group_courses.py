"""courses that groups are given"""

import sqlalchemy as sa
from alembic import op

revision = "f7b25d08c3e9"
down_revision = "f18a5c3d74e0"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.add_column("groups", sa.Column("deleted_at", INSTANT, nullable=True))
    op.create_table(
        "group_courses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.String(length=24), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_courses_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_courses")),
    )
    op.create_index("uq_group_courses_group_id_course_id", "group_courses", ["group_id", "course_id"], unique=True)
    op.create_index(
        "ix_seat_grants_group",
        "seat_grants",
        ["source_id", "course_id", "user_id"],
        postgresql_where=sa.text("source = 'group' AND ended_at IS NULL"),
    )


def downgrade():
    op.drop_index("ix_seat_grants_group", "seat_grants")
    op.drop_table("group_courses")
    op.drop_column("groups", "deleted_at")
