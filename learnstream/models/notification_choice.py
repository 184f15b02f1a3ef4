"""How people want to be told: what they have chosen for a kind of notice."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import UpdatedAt, words
from learnstream.models.mail import MailMode
from learnstream.stores.sql import Model

# Stands for all kinds that have no row of their own, those of later releases included.
EVERY_KIND = "*"


class NotificationChoice(Model):
    """What an account has chosen for a kind of notice; None where the kind's default applies."""

    __tablename__ = "notification_choices"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    # A NoticeKind or EVERY_KIND; no CHECK, so that a new kind needs no migration.
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    in_app: Mapped[bool | None]
    mail: Mapped[MailMode | None] = mapped_column(words(MailMode))
    updated_at: Mapped[UpdatedAt]
