"""A long text, which a person marks."""

from typing import Any

from learnstream.services.quizzes.kinds.base import Answer, Kind, Marked, as_text
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Content


class Essay(Kind):
    defaults = {"rubric": "", "max_length": 20_000}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        return {"max_length": content["max_length"]}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        return as_text(answer, content["max_length"])

    def right(self, content: Content, ids: Ids) -> Any:
        return None

    def mark(self, content: Content, answer: Answer) -> Marked:
        return Marked(None)
