"""notification choices"""

import sqlalchemy as sa
from alembic import op

revision = "4b7d20e9c6a1"
down_revision = "f3a91d5c7e28"
branch_labels = None
depends_on = None

MODES = ("at_once", "daily", "never")


def upgrade():
    op.create_table(
        "notification_choices",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=True),
        sa.Column(
            "mail",
            sa.Enum(*MODES, name="mailmode", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_choices_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_choices")),
    )


def downgrade():
    op.drop_table("notification_choices")
