"""Several right options."""

from fractions import Fraction
from typing import Any

from learnstream.errors.questions import InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Marked
from learnstream.services.quizzes.kinds.choice import Choice, right_options
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.kinds.parts import ids_of
from learnstream.services.quizzes.version import Content

PARTIAL = "partial"


class MultipleChoice(Choice):
    """With `partial` scoring, each wrong option that was chosen takes back a right one."""

    defaults = {"scoring": PARTIAL}

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        completed = super().complete(content)
        if not right_options(completed):
            raise InvalidContent({"options": ["At least one option must be correct."]})
        return completed

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        return sorted(ids.read_all(answer, ids_of(content["options"])))

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        return sorted(ids.of(own) for own in answer)

    def right(self, content: Content, ids: Ids) -> Any:
        return self.localized(content, right_options(content), ids)

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        return self.chosen_feedback(content, answer, ids)

    def mark(self, content: Content, answer: Answer) -> Marked:
        right, chosen = set(right_options(content)), set(answer)
        if content["scoring"] != PARTIAL:
            return Marked(WHOLE if chosen == right else NOTHING)
        return Marked(max(NOTHING, Fraction(len(chosen & right) - len(chosen - right), len(right))))
