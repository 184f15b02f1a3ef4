"""The SQLAlchemy session and base model, and callbacks that run after a commit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can drop it by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Without `expire_on_commit`, rendering a response after the commit needs no further SELECT.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def after_commit(callback: Callable[[], object]) -> None:
    """Run `callback` once the current transaction has committed, even if requested repeatedly; discard it on rollback."""
    # A dictionary for its keys, which are unique and keep their order.
    db.session().info.setdefault("after_commit", {})[callback] = None


@event.listens_for(db.session, "after_commit")
def _run_callbacks(session: Session) -> None:
    for callback in session.info.pop("after_commit", ()):
        callback()


@event.listens_for(db.session, "after_soft_rollback")
def _discard_callbacks(session: Session, previous: SessionTransaction) -> None:
    # The rollback of a savepoint does not end the transaction.
    if previous.parent is None:
        session.info.pop("after_commit", None)
