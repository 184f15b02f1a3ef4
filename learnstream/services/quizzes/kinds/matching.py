"""Pairs to be matched, with distractors on the right that belong to none."""

from fractions import Fraction
from typing import Any

from learnstream.errors.questions import InvalidAnswer, InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, WHOLE, Answer, Kind, Marked
from learnstream.services.quizzes.kinds.ids import Ids, require_at_most
from learnstream.services.quizzes.kinds.parts import by_id, identified, ids_of, require_distinct
from learnstream.services.quizzes.version import Content
from learnstream.text import answers

LEFT, RIGHT = "left", "right"


class Matching(Kind):
    """Each pair is worth the same share.

    In canonical answers, a right side has the id of the first pair with its text, or `distractor-<index>`: pairs may have
    the same right side, which learners see once.
    """

    defaults = {"distractors": []}

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        content = super().complete(content)
        pairs = identified("pairs", content["pairs"])
        require_distinct("pairs", pairs, lambda pair: answers.tidy(pair["left"]), field="left")
        sides = {answers.tidy(pair["right"]) for pair in pairs}
        distractors = [answers.tidy(text) for text in content["distractors"]]
        wrong = {
            index: ["Must not be the same as another one."]
            for index, text in enumerate(distractors)
            if text in sides or text in distractors[:index]
        }
        if wrong:
            raise InvalidContent({"distractors": wrong})
        return {**content, "pairs": pairs}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        pairs, rights, sides = by_id(content["pairs"]), _rights(content), ids.within(RIGHT)
        lefts = ids.within(LEFT)
        order = lefts.order(pairs) if ids.shuffle else list(pairs)
        return {
            "pairs": [{"id": lefts.of(own), "left": pairs[own]["left"]} for own in order],
            "rights": [{"id": sides.of(own), "text": rights[own]} for own in sides.order(rights)],
        }

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        if not isinstance(answer, dict):
            raise InvalidAnswer("Must be an object of ids by ids.")
        lefts, sides = ids.within(LEFT).own(ids_of(content["pairs"])), ids.within(RIGHT).own(_rights(content))
        require_at_most(len(lefts), answer)
        wrong = {
            left: ["Unknown id."]
            for left, right in answer.items()
            if left not in lefts or not (right is None or _is_in(right, sides))
        }
        if wrong:
            raise InvalidAnswer(wrong)
        return {lefts[left]: sides[right] for left, right in answer.items() if right is not None}

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        lefts, sides = ids.within(LEFT), ids.within(RIGHT)
        return {lefts.of(left): sides.of(right) for left, right in answer.items()}

    def right(self, content: Content, ids: Ids) -> Any:
        return self.localized(content, _key(content), ids)

    def mark(self, content: Content, answer: Answer) -> Marked:
        key = _key(content)
        parts = {left: WHOLE if answer.get(left) == right else NOTHING for left, right in key.items()}
        return Marked(Fraction(sum(parts.values()), len(key)), parts)


def _is_in(given: Any, known: dict[str, str]) -> bool:
    return isinstance(given, str) and given in known


def _rights(content: Content) -> dict[str, str]:
    """Return the texts of the right sides by their ids."""
    pairs = {pair_id: text for text, pair_id in _first_ids(content).items()}
    return pairs | {f"distractor-{index}": text for index, text in enumerate(content["distractors"])}


def _first_ids(content: Content) -> dict[str, str]:
    """Return the id of the first pair with each right side."""
    return {pair["right"]: pair["id"] for pair in reversed(content["pairs"])}


def _key(content: Content) -> dict[str, str]:
    first = _first_ids(content)
    return {pair["id"]: first[pair["right"]] for pair in content["pairs"]}
