"""What is to be said about single entries of a file that is imported."""

from dataclasses import dataclass
from typing import Any

from learnstream.text import display

MAX_SHOWN = 100  # characters


class Refused(Exception):
    """An entry cannot be imported: `code` for programs, the message for people, `column` of a table."""

    def __init__(self, code: str, message: str, *, column: str | None = None, value: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.column, self.value = code, message, column, value


class Invalid(Exception):
    """An entry breaks a rule that also holds for what authors send; `problems` are messages by field."""

    def __init__(self, problems: Any) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about an entry of a file. `place` is its line or row, from 1."""

    place: int
    code: str
    message: str
    column: str | None = None
    value: str = ""


def remark(place: int, refusal: Refused) -> Remark:
    """Return why an entry cannot be imported, with the beginning of what stands there."""
    return Remark(place, refusal.code, refusal.message, refusal.column, display.one_line(refusal.value, MAX_SHOWN))
