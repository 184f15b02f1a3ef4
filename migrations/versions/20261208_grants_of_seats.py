"""a grant for each enrollment of before

In batches with transactions of their own, so that the previous release waits for none of its rows for long. Repeated
after an interruption, it continues.
"""

import sqlalchemy as sa
from alembic import op

revision = "a41d7be3c605"
down_revision = "7f2c4e9b10d8"
branch_labels = None
depends_on = None

BATCH = 5000
LAST_OF_BATCH = "SELECT max(id) FROM (SELECT id FROM enrollments WHERE id > :after ORDER BY id LIMIT :batch) AS next"
# The row lock excludes the previous release, whose change of a row without a grant would be overlooked.
TAKE = """
WITH batch AS (
    SELECT * FROM enrollments WHERE id > :after AND id <= :last AND sources IS NULL ORDER BY id FOR UPDATE
), granted AS (
    INSERT INTO seat_grants (user_id, course_id, source, starts_at, expires_at, ended_at, created_at, updated_at)
    SELECT user_id, course_id, source, enrolled_at, expires_at, ended_at, now(), now() FROM batch
    WHERE NOT EXISTS (
        SELECT FROM seat_grants WHERE user_id = batch.user_id AND course_id = batch.course_id AND ended_at IS NULL
    )
)
UPDATE enrollments SET sources = ARRAY[batch.source] FROM batch WHERE enrollments.id = batch.id
"""


def upgrade():
    with op.get_context().autocommit_block():
        connection, after = op.get_bind(), 0
        while last := connection.scalar(sa.text(LAST_OF_BATCH), {"after": after, "batch": BATCH}):
            connection.execute(sa.text(TAKE), {"after": after, "last": last})
            after = last
        op.execute("ALTER TABLE enrollments VALIDATE CONSTRAINT ck_enrollments_seatsource")
    op.alter_column("enrollments", "sources", nullable=False)


def downgrade():
    op.alter_column("enrollments", "sources", nullable=True)
