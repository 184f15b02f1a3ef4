"""invitations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f3a86d1c07e5"
down_revision = "7d20c5be914a"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ROLE = sa.Enum("admin", "instructor", "student", name="role", native_enum=False, create_constraint=True, length=20)


def upgrade():
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("course_ids", postgresql.ARRAY(sa.String(24)), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("language", sa.String(10)),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("mail_requested_at", INSTANT),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT),
        sa.Column("accepted_by", sa.BigInteger()),
        sa.Column("revoked_at", INSTANT),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name="fk_invitations_invited_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name="fk_invitations_accepted_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
    )
    is_open = sa.text("accepted_at IS NULL AND revoked_at IS NULL")
    op.create_index("uq_invitations_open", "invitations", ["email_key", "scope"], unique=True, postgresql_where=is_open)
    op.create_index("ix_invitations_email_key", "invitations", ["email_key", "id"])
    op.create_index("ix_invitations_scope", "invitations", ["scope", "id"])


def downgrade():
    op.drop_table("invitations")
