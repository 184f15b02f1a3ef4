"""followers of the event feed, and an index of the outbox by topic"""

import sqlalchemy as sa
from alembic import op

revision = "b4c1a90f6e37"
down_revision = "e15f7b83c2d9"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "followers",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("missed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(32)),
        sa.Column("claimed_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_followers"),
    )
    op.create_table(
        "parked_events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("follower", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("parked_at", INSTANT, nullable=False),
        sa.Column("retry_at", INSTANT),
        sa.ForeignKeyConstraint(["follower"], ["followers.name"], name="fk_parked_events_follower"),
        sa.PrimaryKeyConstraint("id", name="pk_parked_events"),
        sa.UniqueConstraint("follower", "position", name="uq_parked_events_follower_position"),
    )
    pending = sa.text("done_at IS NULL")
    op.create_index("ix_outbox_open", "outbox", ["topic", "next_try_at"], postgresql_where=pending)


def downgrade():
    op.drop_index("ix_outbox_open", "outbox")
    op.drop_table("parked_events")
    op.drop_table("followers")
