"""extensions"""

import sqlalchemy as sa
from alembic import op

revision = "5c1e94f7a2d0"
down_revision = "9d3f6a27b1c8"
branch_labels = None
depends_on = None

# Of a learner's own extensions and those of their groups, the latest of each kind.
FUNCTION = """
CREATE FUNCTION seat_extensions(of_user bigint, of_course text) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(lesson_id, due_at, accepted_until))
        FROM (
            SELECT lesson_id, max(due_at) AS due_at, max(accepted_until) AS accepted_until
            FROM (
                SELECT lesson_id, due_at, accepted_until FROM extensions
                WHERE user_id = of_user AND course_id = of_course
                UNION ALL
                SELECT lesson_id, due_at, accepted_until FROM extensions
                JOIN groups ON groups.id = extensions.group_id
                JOIN group_members ON group_members.group_id = groups.id
                WHERE course_id = of_course AND archived_at IS NULL AND deleted_at IS NULL
                    AND group_members.user_id = of_user AND left_at IS NULL
            ) AS granted
            GROUP BY lesson_id
        ) AS by_lesson
    );
END $$
"""


def upgrade():
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.String(length=24), nullable=False),
        sa.Column("lesson_id", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_extensions_learner_or_group")),
        sa.CheckConstraint("due_at IS NOT NULL OR accepted_until IS NOT NULL", name=op.f("ck_extensions_extends")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_extensions_user_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_extensions_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("uq_extensions_user", "extensions", ["user_id", "course_id", "lesson_id"], unique=True)
    op.create_index("uq_extensions_group", "extensions", ["group_id", "course_id", "lesson_id"], unique=True)
    op.create_index("ix_extensions_lesson_id", "extensions", ["lesson_id", "id"])
    op.execute(FUNCTION)


def downgrade():
    op.execute("DROP FUNCTION seat_extensions")
    op.drop_table("extensions")
