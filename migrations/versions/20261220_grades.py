"""grades of record"""

import sqlalchemy as sa
from alembic import op

revision = "b5e19a74c0d2"
down_revision = "5c1e94f7a2d0"
branch_labels = None
depends_on = None

KINDS = ("quiz", "assignment")
CAUSES = ("result", "lateness", "released", "overridden", "excused", "cleared")


def _words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _points(name):
    return sa.Column(name, sa.Numeric(precision=12, scale=4), nullable=True)


def upgrade():
    op.create_table(
        "grades",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.String(length=24), nullable=False),
        sa.Column("lesson_id", sa.String(length=24), nullable=False),
        sa.Column("kind", _words("gradekind", KINDS), nullable=False),
        _points("points"),
        _points("max_points"),
        _points("raw_points"),
        sa.Column("late_seconds", sa.BigInteger(), nullable=False),
        _points("penalty"),
        _points("released_points"),
        _points("released_max_points"),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("awaiting", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_id", sa.String(length=24), nullable=True),
        sa.Column("source_revision", sa.Integer(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        _points("override_points"),
        _points("override_max_points"),
        sa.Column("override_reason", sa.String(length=500), nullable=True),
        sa.Column("override_by", sa.BigInteger(), nullable=True),
        sa.Column("override_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT (excused AND override_points IS NOT NULL)", name=op.f("ck_grades_one_exception")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grades_user_id_users"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
    )
    op.create_index("uq_grades_user_lesson", "grades", ["user_id", "lesson_id"], unique=True)
    op.create_index("ix_grades_course_user_lesson", "grades", ["course_id", "user_id", "lesson_id"])
    op.create_index(
        "ix_grades_held_overrides",
        "grades",
        ["lesson_id"],
        postgresql_where=sa.text("override_at IS NOT NULL AND override_released_at IS NULL"),
    )
    op.create_table(
        "grade_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("grade_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("cause", _words("gradecause", CAUSES), nullable=False),
        _points("before_points"),
        _points("after_points"),
        _points("max_points"),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("source_id", sa.String(length=24), nullable=True),
        sa.Column("source_revision", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["grades.id"], name=op.f("fk_grade_changes_grade_id_grades"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_changes")),
    )
    op.create_index("uq_grade_changes_grade_revision", "grade_changes", ["grade_id", "revision"], unique=True)


def downgrade():
    op.drop_table("grade_changes")
    op.drop_table("grades")
