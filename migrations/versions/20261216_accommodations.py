"""accommodations"""

import sqlalchemy as sa
from alembic import op

revision = "c3a58e02b9d1"
down_revision = "a8c36e19f4d5"
branch_labels = None
depends_on = None

# Of a learner's own accommodations and those of their groups, the most generous of each kind.
FUNCTION = """
CREATE FUNCTION seat_allowances(of_user bigint, of_course text) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(lesson_id, extra_seconds, extra_attempts, closes_at))
        FROM (
            SELECT
                lesson_id,
                max(extra_seconds) AS extra_seconds,
                max(extra_attempts) AS extra_attempts,
                max(closes_at) AS closes_at
            FROM (
                SELECT lesson_id, extra_seconds, extra_attempts, closes_at FROM quiz_accommodations
                WHERE user_id = of_user AND course_id = of_course
                UNION ALL
                SELECT lesson_id, extra_seconds, extra_attempts, closes_at FROM quiz_accommodations
                JOIN groups ON groups.id = quiz_accommodations.group_id
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
        "accommodations",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("time_factor", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("time_factor BETWEEN 1 AND 5", name=op.f("ck_accommodations_time_factor")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_accommodations_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_accommodations")),
    )
    op.create_table(
        "quiz_accommodations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.String(length=24), nullable=False),
        sa.Column("lesson_id", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("extra_seconds", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_quiz_accommodations_learner_or_group")
        ),
        sa.CheckConstraint("extra_seconds >= 0 AND extra_attempts >= 0", name=op.f("ck_quiz_accommodations_adds")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_quiz_accommodations_user_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_quiz_accommodations_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_accommodations")),
    )
    op.create_index(
        "uq_quiz_accommodations_user", "quiz_accommodations", ["user_id", "course_id", "lesson_id"], unique=True
    )
    op.create_index(
        "uq_quiz_accommodations_group", "quiz_accommodations", ["group_id", "course_id", "lesson_id"], unique=True
    )
    op.create_index("ix_quiz_accommodations_lesson_id", "quiz_accommodations", ["lesson_id", "id"])
    op.execute(FUNCTION)


def downgrade():
    op.execute("DROP FUNCTION seat_allowances")
    op.drop_table("quiz_accommodations")
    op.drop_table("accommodations")
