"""A text with blanks, each of which is a short text, a number or a choice."""

import re
from collections import Counter
from fractions import Fraction
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.errors.questions import InvalidAnswer, InvalidContent
from learnstream.services.quizzes.kinds.base import NOTHING, Answer, Kind, Marked
from learnstream.services.quizzes.kinds.ids import Ids, require_at_most
from learnstream.services.quizzes.kinds.numeric import Numeric
from learnstream.services.quizzes.kinds.parts import by_id, ids_of
from learnstream.services.quizzes.kinds.short_text import ShortText
from learnstream.services.quizzes.kinds.single_choice import SingleChoice
from learnstream.services.quizzes.version import Content

MARKER = re.compile(r"\{\{([A-Za-z0-9_-]{1,32})\}\}")
BLANKS: dict[str, Kind] = {
    QuestionKind.SHORT_TEXT: ShortText(),
    QuestionKind.NUMERIC: Numeric(),
    QuestionKind.SINGLE_CHOICE: SingleChoice(),
}


class Cloze(Kind):
    """The text has a marker `{{id}}` for each blank; the share is the sum of the blanks' by their weights."""

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        _require_marked(content)
        blanks, problems = [], {}
        for index, blank in enumerate(content["blanks"]):
            try:
                blanks.append(BLANKS[blank["kind"]].complete({"weight": "1", **blank}))
            except InvalidContent as error:
                problems[index] = error.problem
        if problems:
            raise InvalidContent({"blanks": problems})
        return {**content, "blanks": blanks}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        blanks = by_id(content["blanks"])
        order = MARKER.findall(content["text"])
        return {
            "text": MARKER.sub(lambda marker: f"{{{{{ids.of(marker[1])}}}}}", content["text"]),
            "blanks": [
                {
                    "id": ids.of(own),
                    "kind": blanks[own]["kind"],
                    **BLANKS[blanks[own]["kind"]].show(blanks[own], ids.within(own)),
                }
                for own in order
            ],
        }

    def canonical(self, content: Content, answer: Any, ids: Ids) -> Answer:
        if not isinstance(answer, dict):
            raise InvalidAnswer("Must be an object of answers by the ids of blanks.")
        blanks = by_id(content["blanks"])
        require_at_most(len(blanks), answer)
        found, problems = {}, {}
        for given, typed in answer.items():
            try:
                own = ids.read(given, blanks)
                if typed is not None:
                    found[own] = BLANKS[blanks[own]["kind"]].canonical(blanks[own], typed, ids.within(own))
            except InvalidAnswer as error:
                problems[given] = error.problem
        if problems:
            raise InvalidAnswer(problems)
        return found

    def localized(self, content: Content, answer: Answer, ids: Ids) -> Any:
        return {
            ids.of(own): BLANKS[blank["kind"]].localized(blank, answer[own], ids.within(own))
            for own, blank in by_id(content["blanks"]).items()
            if own in answer
        }

    def right(self, content: Content, ids: Ids) -> Any:
        return {
            ids.of(own): BLANKS[blank["kind"]].right(blank, ids.within(own))
            for own, blank in by_id(content["blanks"]).items()
        }

    def feedback(self, content: Content, answer: Answer, ids: Ids) -> list[dict[str, Any]]:
        return [
            {**each, "blank": ids.of(own)}
            for own, blank in by_id(content["blanks"]).items()
            if own in answer
            for each in BLANKS[blank["kind"]].feedback(blank, answer[own], ids.within(own))
        ]

    def mark(self, content: Content, answer: Answer) -> Marked:
        blanks = by_id(content["blanks"])
        parts = {own: _share(blank, answer.get(own)) for own, blank in blanks.items()}
        weights = {own: Fraction(blank["weight"]) for own, blank in blanks.items()}
        total = sum(weights.values(), NOTHING)
        return Marked(sum((weights[own] * share for own, share in parts.items()), NOTHING) / total, parts)


def _share(blank: Content, answer: Answer) -> Fraction:
    kind = BLANKS[blank["kind"]]
    return NOTHING if kind.is_blank(answer) else kind.mark(blank, answer).share or NOTHING


def _require_marked(content: Content) -> None:
    """Raise unless the text has exactly one marker for each blank, and each blank has an id of its own."""
    markers, blanks = Counter(MARKER.findall(content["text"])), Counter(ids_of(content["blanks"]))
    problems: dict[str, Any] = {}
    if wrong := sorted(marker for marker, times in markers.items() if times > 1 or marker not in blanks):
        problems["text"] = [f"Each marker must stand once, and have a blank: {', '.join(wrong)}."]
    if wrong := [index for index, each in enumerate(content["blanks"]) if not _is_single(each["id"], markers, blanks)]:
        problems["blanks"] = {index: {"id": ["Must be in one marker of the text."]} for index in wrong}
    if problems:
        raise InvalidContent(problems)


def _is_single(blank_id: str, markers: Counter[str], blanks: Counter[str]) -> bool:
    return blanks[blank_id] == 1 and markers[blank_id] > 0
