"""indexes for the deletion of old invitations and changes of addresses; without one that no query can use"""

from alembic import op

revision = "5e1b90d7c3f2"
down_revision = "c7d20e5a91b4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])
    op.create_index("ix_address_changes_created_at", "address_changes", ["created_at"])
    # The only query is for other keys than the current one.
    op.drop_index("ix_second_factors_key_id", "second_factors")


def downgrade():
    op.create_index("ix_second_factors_key_id", "second_factors", ["key_id"])
    op.drop_index("ix_address_changes_created_at", "address_changes")
    op.drop_index("ix_invitations_expires_at", "invitations")
