"""start of the drip schedule of renewed enrollments"""

import sqlalchemy as sa
from alembic import op

revision = "c37d5b1e8f04"
down_revision = "9a41c6e20b57"
branch_labels = None
depends_on = None

# The event feed has the time at which renewed enrollments were first created.
FIRST = """
UPDATE enrollments SET drip_from = given.first
FROM (
    SELECT (data ->> 'enrollment_id')::bigint AS id, min(occurred_at) AS first
    FROM events WHERE type = 'enrollment.created' GROUP BY 1
) AS given
WHERE given.id = enrollments.id AND given.first < enrollments.enrolled_at - interval '1 second'
"""


def upgrade():
    op.add_column("enrollments", sa.Column("drip_from", sa.DateTime(timezone=True), nullable=True))
    op.execute(FIRST)


def downgrade():
    op.drop_column("enrollments", "drip_from")
