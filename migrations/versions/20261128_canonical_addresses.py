"""canonical e-mail addresses and search words of users"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8d3b61c07e4f"
down_revision = "41b8d06f7ac9"
branch_labels = None
depends_on = None

OUTDATED = sa.text("derived_from IS DISTINCT FROM (name || chr(10) || email)")


def upgrade():
    # NULL at first: the release step computes the values, because PostgreSQL normalizes text differently from Python.
    op.add_column("users", sa.Column("email_key", sa.Text(), nullable=True))
    op.add_column("users", sa.Column("search_words", postgresql.TSVECTOR(), nullable=True))
    op.add_column("users", sa.Column("derived_from", sa.Text(), nullable=True))
    op.create_index("uq_users_email_key", "users", ["email_key"], unique=True)
    op.create_index(
        "ix_users_search_words",
        "users",
        ["search_words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_users_outdated", "users", [sa.literal_column("lower(email)")], postgresql_where=OUTDATED)


def downgrade():
    op.drop_index("ix_users_outdated", table_name="users")
    op.drop_index("ix_users_search_words", table_name="users")
    op.drop_index("uq_users_email_key", table_name="users")
    op.drop_column("users", "derived_from")
    op.drop_column("users", "search_words")
    op.drop_column("users", "email_key")
