"""One right option, all or nothing."""

from typing import Any

from learnstream.errors.questions import InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Marked
from learnstream.services.quizzes.kinds.choice import Choice, right_options
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.kinds.parts import ids_of
from learnstream.services.quizzes.version import Content


class SingleChoice(Choice):
    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        completed = super().complete(content)
        if len(right_options(completed)) != 1:
            raise InvalidContent({"options": ["Exactly one option must be correct."]})
        return completed

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        return ids.read(answer, ids_of(content["options"]))

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        return ids.of(answer)

    def right(self, content: Content, ids: Ids) -> Any:
        return ids.of(right_options(content)[0])

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        return self.chosen_feedback(content, [answer], ids)

    def mark(self, content: Content, answer: Answer) -> Marked:
        return Marked(WHOLE if answer in right_options(content) else NOTHING)
