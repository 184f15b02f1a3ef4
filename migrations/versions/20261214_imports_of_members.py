"""imports of groups' members"""

import sqlalchemy as sa
from alembic import op

revision = "e7b2d95a1c48"
down_revision = "f7b25d08c3e9"
branch_labels = None
depends_on = None

KINDS = ("users", "group_members")
MODES = ("add", "sync")


def words(values, name):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade():
    op.add_column(
        "people_imports", sa.Column("kind", words(KINDS, "importkind"), server_default="users", nullable=False)
    )
    op.add_column("people_imports", sa.Column("group_id", sa.BigInteger(), nullable=True))
    op.add_column("people_imports", sa.Column("mode", words(MODES, "importmode"), server_default="add", nullable=False))
    op.add_column("people_imports", sa.Column("force", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_foreign_key(
        op.f("fk_people_imports_group_id_groups"), "people_imports", "groups", ["group_id"], ["id"], ondelete="SET NULL"
    )
    op.add_column("group_members", sa.Column("taken_out", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("group_members", "taken_out")
    for name in ("force", "mode", "group_id", "kind"):
        op.drop_column("people_imports", name)
