"""Column types that several tables share."""

import enum
from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Enum, String
from sqlalchemy.orm import mapped_column

from learnstream.clock import now

RowId = Annotated[int, mapped_column(BigInteger, primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
MaybeInstant = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), default=now)]
UpdatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), default=now, onupdate=now)]
# An amount in the minor unit of its row's currency (`learnstream.text.money`).
Amount = Annotated[int, mapped_column(BigInteger)]
CurrencyCode = Annotated[str, mapped_column(String(3))]
CourseId = Annotated[str, mapped_column(String(24))]


def words(kind: type[enum.StrEnum], length: int = 20) -> Enum:
    """Return a column type that stores an enumeration's values with a CHECK, which a migration can extend easily."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
