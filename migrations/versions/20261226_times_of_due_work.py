"""indexes of the times at which work is due"""

import sqlalchemy as sa
from alembic import op

revision = "e94a7b1d30c6"
down_revision = "c81e6f02b9d4"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_extensions_due_at", "extensions", ["due_at"])
    op.create_index("ix_quiz_accommodations_closes_at", "quiz_accommodations", ["closes_at"])
    op.create_index(
        "ix_enrollments_course_drips_from", "enrollments", ["course_id", sa.text("coalesce(drip_from, enrolled_at)")]
    )


def downgrade():
    op.drop_index("ix_enrollments_course_drips_from", table_name="enrollments")
    op.drop_index("ix_quiz_accommodations_closes_at", table_name="quiz_accommodations")
    op.drop_index("ix_extensions_due_at", table_name="extensions")
