"""Accounts."""

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Index, String, Text, TypeDecorator, cast, false, func, text
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, validates

from learnstream.clock import now
from learnstream.models.columns import CreatedAt, RowId, UpdatedAt, words
from learnstream.stores.sql import Model
from learnstream.text import folding

MAX_NAME, MAX_EXTERNAL_ID = 100, 64  # characters
OUTDATED = text("derived_from IS DISTINCT FROM (name || chr(10) || email)")


class Role(enum.StrEnum):
    """An account's role: learn, teach its own courses, or administer the platform."""

    ADMIN = "admin"
    INSTRUCTOR = "instructor"
    STUDENT = "student"


class WordIndex(TypeDecorator[Sequence[str]]):
    """Folded words as PostgreSQL lexemes; written and searched, never read back."""

    impl = TSVECTOR
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(map(_quote, value))


class User(Model):
    """A user's account.

    `email` is the address as entered, to which mail is sent. `email_key` is its canonical form, used for uniqueness,
    look-ups and rate limits; null if another account has the same canonical address. Key and search words are derived
    in Python; `derived_from` reveals rows that the previous release has written since.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_email_key", "email_key", unique=True),
        # No pending list: every search would have to scan it.
        Index("ix_users_search_words", "search_words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_users_outdated", text("lower(email)"), postgresql_where=OUTDATED),
        # The previous release relies on it; the next one may drop it.
        Index("uq_users_email_lower", text("lower(email)"), unique=True),
        # The sort orders of the administrators' list of accounts.
        Index("ix_users_name_lower", text("lower(name)"), "id"),
        Index("ix_users_created_at", "created_at", "id"),
        Index("uq_users_external_id", "external_id", unique=True),
        # Sweeps ask which photos are in use.
        Index("ix_users_photo_id", "photo_id", postgresql_where=text("photo_id IS NOT NULL")),
    )

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(Text)
    search_words: Mapped[Sequence[str] | None] = mapped_column(WordIndex, deferred=True)
    derived_from: Mapped[str | None] = mapped_column(Text, deferred=True)
    # Empty for an account that has no password until its owner sets one.
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(words(Role), default=Role.STUDENT)
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Links mailed to an address end with it, even if the account returns to it.
    email_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The school's own key for a person, by which imports know them.
    external_id: Mapped[str | None] = mapped_column(String(MAX_EXTERNAL_ID))
    # When an import created the account: then imports may change its address, name and phone number.
    imported_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    phone: Mapped[str | None] = mapped_column(String(16))
    timezone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(10))
    # The id of a file; photos are shown by it alone.
    photo_id: Mapped[str | None] = mapped_column(String(24))
    # Access tokens issued before this instant are rejected.
    sessions_valid_from: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    @validates("name", "email")
    def _derive(self, field: str, value: str) -> str:
        name, email = (value, self.email) if field == "name" else (self.name, value)
        for column, derived in derive(name or "", email or "").items():
            # Renaming must not restore the key of an account whose address another account has.
            if column != "email_key" or field == "email":
                setattr(self, column, derived)
        return value


def derive(name: str, email: str) -> dict[str, Any]:
    """Return the columns derived from a name and an e-mail address."""
    return {
        "email_key": folding.caseless(email),
        "search_words": folding.search_words((name, email)),
        "derived_from": f"{name}\n{email}",
    }


def is_outdated() -> ColumnElement[bool]:
    """True if the derived columns are missing or belong to another name or address."""
    return User.derived_from.is_distinct_from(User.name.concat(func.chr(10)).concat(User.email))


def matches_search(query: str) -> ColumnElement[bool]:
    """True if every word of the query is a prefix of a word in the account's name or e-mail address."""
    prefixes = [f"{_quote(word)}:*" for word in folding.query_words(query)]
    return User.search_words.op("@@")(cast(" & ".join(prefixes), TSQUERY)) if prefixes else false()


def _quote(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
