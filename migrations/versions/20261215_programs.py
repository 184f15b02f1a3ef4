"""programs"""

import sqlalchemy as sa
from alembic import op

revision = "0b7e92d4c6a8"
down_revision = "e7b2d95a1c48"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "programs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sequential", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
    )
    op.create_index("ix_programs_title_lower", "programs", [sa.text("lower(title)"), "id"])
    op.create_table(
        "program_courses",
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_courses_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("program_id", "course_id", name=op.f("pk_program_courses")),
    )
    op.create_index(op.f("ix_program_courses_course_id"), "program_courses", ["course_id"])
    op.create_table(
        "program_members",
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_members_program_id_programs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_program_members_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("program_id", "user_id", name=op.f("pk_program_members")),
    )
    op.create_index(op.f("ix_program_members_user_id"), "program_members", ["user_id"])


def downgrade():
    op.drop_table("program_members")
    op.drop_table("program_courses")
    op.drop_table("programs")
