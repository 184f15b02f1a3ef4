"""A statement that is true or false."""

from typing import Any

from learnstream.errors.questions import InvalidAnswer
from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Kind, Marked, remark
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.version import Content


class TrueFalse(Kind):
    defaults = {"feedback": {"true": "", "false": ""}}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        if not isinstance(answer, bool):
            raise InvalidAnswer("Must be true or false.")
        return answer

    def right(self, content: Content, ids: Ids) -> Any:
        return content["correct"]

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        return remark(content["feedback"]["true" if answer else "false"])

    def mark(self, content: Content, answer: Answer) -> Marked:
        return Marked(WHOLE if answer is content["correct"] else NOTHING)
