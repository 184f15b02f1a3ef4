"""Items to be put in order."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Kind, Marked
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.kinds.parts import by_id, identified, ids_of, require_distinct
from learnstream.services.quizzes.version import Content
from learnstream.text import answers

NEIGHBOURS = "neighbours"


class Ordering(Kind):
    """With `neighbours`, the share is that of items which are followed by the right one."""

    defaults = {"scoring": NEIGHBOURS}

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        items = identified("items", content["items"])
        require_distinct("items", items, lambda item: answers.tidy(item["text"]), field="text")
        return {**super().complete(content), "items": items}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        items = by_id(content["items"])
        return {"items": [{"id": ids.of(own), "text": items[own]["text"]} for own in ids.order(items)]}

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        return ids.read_all(answer, ids_of(content["items"]))

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        return [ids.of(own) for own in answer]

    def right(self, content: Content, ids: Ids) -> Any:
        return self.localized(content, ids_of(content["items"]), ids)

    def mark(self, content: Content, answer: Answer) -> Marked:
        right = ids_of(content["items"])
        if content["scoring"] != NEIGHBOURS:
            return Marked(WHOLE if answer == right else NOTHING)
        neighbours = set(pairwise(right))
        return Marked(Fraction(len(neighbours & set(pairwise(answer))), len(neighbours)))
