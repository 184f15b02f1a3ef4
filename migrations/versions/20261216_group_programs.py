"""programs that groups are given"""

import sqlalchemy as sa
from alembic import op

revision = "c4d81f5e0a37"
down_revision = "c3a58e02b9d1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.add_column("program_courses", sa.Column("closed_at", INSTANT, nullable=True))
    op.create_table(
        "group_programs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_programs_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_group_programs_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_programs")),
    )
    op.create_index("uq_group_programs_group_id_program_id", "group_programs", ["group_id", "program_id"], unique=True)
    op.create_index("ix_group_programs_program_id", "group_programs", ["program_id"])
    op.create_index(
        "ix_seat_grants_program",
        "seat_grants",
        ["source_id", "course_id", "user_id"],
        postgresql_where=sa.text("source = 'program' AND ended_at IS NULL"),
    )


def downgrade():
    op.drop_index("ix_seat_grants_program", "seat_grants")
    op.drop_table("group_programs")
    op.drop_column("program_courses", "closed_at")
