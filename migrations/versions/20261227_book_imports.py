"""imports of books"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9c41e7d05b3a"
down_revision = "8e3f1a96d2b7"
branch_labels = None
depends_on = None

STATES = ("queued", "running", "done", "failed")


def upgrade():
    op.create_table(
        "book_imports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.String(length=24), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="importstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("refusal", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_requested_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_through", sa.String(length=24), nullable=True),
        sa.Column("undone", postgresql.JSONB(), nullable=False),
        sa.Column("left", postgresql.JSONB(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_book_imports_created_by_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["undo_requested_by"],
            ["users.id"],
            name=op.f("fk_book_imports_undo_requested_by_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_imports")),
    )
    op.create_index("ix_book_imports_created_by_id", "book_imports", ["created_by", "id"])


def downgrade():
    op.drop_table("book_imports")
