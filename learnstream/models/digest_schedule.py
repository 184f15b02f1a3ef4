"""When people get the mail with what a day has brought."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.stores.sql import Model


class DigestSchedule(Model):
    """When an account's next digest is due, None while nothing waits for it, and the local date of the last one."""

    __tablename__ = "digest_schedules"
    __table_args__ = (Index("ix_digest_schedules_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_on: Mapped[date | None] = mapped_column(Date)
