"""A short text that is compared with the accepted ones (see `text.answers`)."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from learnstream.errors.questions import InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, Answer, Kind, Marked, as_text, remark
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Content
from learnstream.text import answers

# The answers of a class are compared with the same texts: with 100 of them, marking one takes 0.1 ms instead of 9.
FORMS_CACHED = 2000


class ShortText(Kind):
    """Each accepted text is worth a share of the points; if several match, the greatest counts."""

    defaults = {"exact": False}

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        accepted = [{"share": "1", "feedback": "", **each} for each in content["accepted"]]
        empty = {
            index: {"text": ["Must have visible characters."]}
            for index, each in enumerate(accepted)
            if not answers.tidy(each["text"])
        }
        if empty:
            raise InvalidContent({"accepted": empty})
        if all(Fraction(each["share"]) != 1 for each in accepted):
            raise InvalidContent({"accepted": ["At least one text must have the share 1."]})
        return {**super().complete(content), "accepted": accepted}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        return as_text(answer, self.max_answer)

    def right(self, content: Content, ids: Ids) -> Any:
        return max(content["accepted"], key=lambda each: Fraction(each["share"]))["text"]

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        best = max(_matches(content, answer), key=lambda each: Fraction(each["share"]), default=None)
        return remark(best["feedback"]) if best else []

    def mark(self, content: Content, answer: Answer) -> Marked:
        return Marked(max((Fraction(each["share"]) for each in _matches(content, answer)), default=NOTHING))


def _matches(content: Content, answer: str) -> Iterator[dict[str, Any]]:
    """Yield the accepted texts that are the same as the answer."""
    exact = content["exact"]
    form = answers.compared(answer, exact=exact)
    return (each for each in content["accepted"] if _form(each["text"], exact) == form)


@lru_cache(FORMS_CACHED)
def _form(accepted: str, exact: bool) -> str:
    return answers.compared(accepted, exact=exact)
