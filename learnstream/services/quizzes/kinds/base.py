"""What all kinds of questions have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from learnstream.errors.questions import InvalidAnswer
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Content
from learnstream.text import storable

Answer = Any  # JSON with the author's ids; None is blank
WHOLE, NOTHING = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Marked:
    """The result of marking: the share of the points, from 0 to 1, or None if a person must mark the answer.

    parts: the shares of the question's parts (pairs, blanks) by the author's ids.
    """

    share: Fraction | None
    parts: Mapping[str, Fraction] = field(default_factory=dict)


BLANK = Marked(NOTHING)


class Kind:
    """A kind of question. Its functions are pure."""

    max_answer: ClassVar[int] = 1000  # characters of a typed answer
    defaults: ClassVar[Content] = {}  # of the fields that a content need not have

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the content of a question in its stored form, with the fields and ids that the author left out.

        Raises:
            InvalidContent: it is not a question that can be answered and marked.
        """
        return {**self.defaults, **content}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        """Return what a learner sees besides the stem."""
        return {}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        """Return a learner's answer with the author's ids.

        Raises:
            InvalidAnswer: it is not an answer to this question.
        """
        raise NotImplementedError

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        """Return a canonical answer with the learner's ids."""
        return answer

    def right(self, content: Content, ids: Ids) -> Any:
        """Return the right answer, or one of them, with the learner's ids; None if there is none to show."""
        raise NotImplementedError

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        """Return the author's feedback on what was answered: `{text}`, with the `id` of an option where there is one."""
        return []

    def mark(self, content: Content, answer: Answer) -> Marked:
        """Return the share of the points that a canonical answer is worth."""
        raise NotImplementedError

    def is_blank(self, answer: Answer) -> bool:
        """Return whether a canonical answer says nothing."""
        return answer is None or answer in ([], {}) or (isinstance(answer, str) and not answer.strip())


def as_text(answer: Any, longest: int) -> str:
    """Return a typed answer as it is.

    Raises:
        InvalidAnswer: it is no text, too long, or cannot be stored.
    """
    if not isinstance(answer, str):
        raise InvalidAnswer("Must be a text.")
    if len(answer) > longest:
        raise InvalidAnswer(f"Must have at most {longest:,} characters.")
    if problem := storable.problem_of(answer):
        raise InvalidAnswer(problem)
    return answer


def remark(text: str, **about: Any) -> list[dict[str, Any]]:
    """Return a feedback as a list, which is empty if the author wrote none."""
    return [{**about, "text": text}] if text else []
