"""The ids that learners see instead of the author's."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from learnstream.errors.questions import InvalidAnswer

ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Ids:
    """Derives ids from an attempt's salt; `scope` is what they stand in, so that equal ids of authors differ."""

    salt: bytes
    scope: str
    shuffle: bool = False

    def within(self, part: str) -> "Ids":
        """Return the ids inside a part of the question, such as a blank."""
        return replace(self, scope=f"{self.scope}/{part}")

    def of(self, own: str) -> str:
        """Return the id that this attempt shows."""
        return self._digest("id", own)

    def order(self, owns: Iterable[str]) -> list[str]:
        """Return the author's ids in the random order of this attempt."""
        return sorted(owns, key=lambda own: self._digest("order", own))

    def own(self, owns: Iterable[str]) -> dict[str, str]:
        """Return the author's ids by those that this attempt shows."""
        return {self.of(own): own for own in owns}

    def read(self, given: Any, owns: Iterable[str]) -> str:
        """Return the author's id for one that a learner sent.

        Raises:
            InvalidAnswer: this attempt shows no such id.
        """
        found = self.own(owns).get(given) if isinstance(given, str) else None
        if found is None:
            raise InvalidAnswer("Unknown id.")
        return found

    def read_all(self, given: Any, owns: Iterable[str]) -> list[str]:
        """Return the author's ids for a list that a learner sent.

        Raises:
            InvalidAnswer: it is no list, has an id twice, or one that this attempt does not show.
        """
        if not isinstance(given, list):
            raise InvalidAnswer("Must be a list of ids.")
        known = self.own(owns)
        require_at_most(len(known), given)
        found = [known.get(each) if isinstance(each, str) else None for each in given]
        if problems := {index: ["Unknown id."] for index, own in enumerate(found) if own is None}:
            raise InvalidAnswer(problems)
        if len(set(found)) < len(found):
            raise InvalidAnswer("Must not contain an id twice.")
        return [own for own in found if own]

    def _digest(self, purpose: str, own: str) -> str:
        text = f"{purpose}\0{self.scope}\0{own}".encode()
        return blake2b(text, digest_size=ID_BYTES, key=self.salt).hexdigest()


def require_at_most(parts: int, given: Sized) -> None:
    """Raise if an answer has more ids than the question has parts, each of which would be looked up and reported.

    Raises:
        InvalidAnswer: there are more.
    """
    if len(given) > parts:
        raise InvalidAnswer(f"Must have at most {parts} ids.")
