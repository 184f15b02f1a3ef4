"""derive status and end of enrollments in a trigger

Enrolling again after completion left enrollments `active` although they had `completed_at`. The trigger derives the
status from `completed_at`, and sets `ended_at` of withdrawn enrollments, whichever release writes the row.
"""

from alembic import op

revision = "41b8d06f7ac9"
down_revision = "c37d5b1e8f04"
branch_labels = None
depends_on = None

DERIVE = """
CREATE FUNCTION derive_seat_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'withdrawn' THEN
        NEW.ended_at := coalesce(NEW.ended_at, NEW.updated_at);
    ELSE
        NEW.ended_at := NULL;
        NEW.status := CASE WHEN NEW.completed_at IS NULL THEN 'active' ELSE 'completed' END;
    END IF;
    RETURN NEW;
END $$
"""
ALWAYS = """
CREATE TRIGGER derive_seat_status BEFORE INSERT OR UPDATE ON enrollments
FOR EACH ROW EXECUTE FUNCTION derive_seat_status()
"""
# A new `updated_at` makes the next roll-up include the enrollment.
MEND = (
    """
    UPDATE enrollments SET completed_at = updated_at, updated_at = now()
    WHERE status = 'completed' AND completed_at IS NULL
    """,
    "UPDATE enrollments SET updated_at = now() WHERE status = 'active' AND completed_at IS NOT NULL",
    "UPDATE enrollments SET ended_at = updated_at WHERE (status = 'withdrawn') = (ended_at IS NULL)",
)


def upgrade():
    for statement in (DERIVE, ALWAYS, *MEND):
        op.execute(statement)


def downgrade():
    op.execute("DROP TRIGGER derive_seat_status ON enrollments")
    op.execute("DROP FUNCTION derive_seat_status()")
