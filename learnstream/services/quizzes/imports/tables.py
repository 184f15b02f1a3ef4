"""Questions as rows of a table: reading and writing.

Each kind uses the columns that it needs; the others must be empty. `option_1`, `option_2` … have what the question
consists of, with `feedback_1`, `share_1` and `match_1` beside them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import Refused
from learnstream.services.quizzes.imports import cloze_text
from learnstream.services.quizzes.imports.drafts import Draft, key_of

MAX_OPTIONS = 100  # the accepted texts that a question can have
SHARED = ("key", "kind", "stem", "explanation", "tags")
SPECIAL = ("right", "scoring", "exact", "tolerance", "text", "rubric", "max_length")
NUMBERED = ("option", "feedback", "share", "match")
NUMBER = re.compile(f"({'|'.join(NUMBERED)})_([1-9][0-9]?|100)")
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
SEPARATOR = re.compile(r"\s*[,;]\s*")

Cells = Mapping[str, str]  # texts by column, without the empty ones
Numbered = list[dict[str, str]]


def draft(place: int, cells: Cells) -> Draft:
    """Return a row as a draft.

    Raises:
        Refused: it states no question.
    """
    kind = _kind(cells.get("kind", ""))
    shape = SHAPES[kind]
    _refuse_others(cells, kind, shape.columns)
    stem = cells.get("stem", "")
    content = shape.read(cells, _numbered(cells))
    return Draft(
        place=place,
        key=key_of(cells.get("key", ""), kind, stem or cells.get("text", "")),
        kind=kind,
        fields={
            "stem": stem,
            "explanation": cells.get("explanation", ""),
            "tags": [tag for tag in SEPARATOR.split(cells.get("tags", "")) if tag],
            "content": content,
        },
    )


def columns(options: int) -> list[str]:
    """Return the columns of a table whose questions have up to so many options."""
    return [*SHARED, *SPECIAL, *(f"{name}_{number}" for number in range(1, options + 1) for name in NUMBERED)]


def is_column(name: str) -> bool:
    """True if a table may have this column."""
    return name in SHARED or name in SPECIAL or NUMBER.fullmatch(name) is not None


def write(kind: QuestionKind, key: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return a question as cells by column, without the empty ones.

    Raises:
        Refused: a text of a gap contains an arrow, which its notation cannot escape.
    """
    shared = {
        "key": key,
        "kind": kind.value,
        "stem": fields["stem"],
        "explanation": fields["explanation"],
        "tags": ", ".join(fields["tags"]),
    }
    cells = shared | SHAPES[kind].write(fields["content"])
    return {column: text for column, text in cells.items() if text}


def options_of(cells: Cells) -> int:
    """Return the greatest number of an option that a row states."""
    return max((int(found[2]) for column in cells if (found := NUMBER.fullmatch(column))), default=0)


def _kind(text: str) -> QuestionKind:
    try:
        return QuestionKind(text.strip().lower().replace(" ", "_"))
    except ValueError:
        kinds = ", ".join(kind.value for kind in QuestionKind)
        raise Refused("unknown_kind", f"Must be one of {kinds}.", column="kind", value=text) from None


def _refuse_others(cells: Cells, kind: QuestionKind, allowed: Iterable[str]) -> None:
    for column in cells:
        found = NUMBER.fullmatch(column)
        name = found[1] if found else column
        if column not in SHARED and name not in allowed:
            raise Refused(
                "unused_column", f"A {kind.value} question has no {name}.", column=column, value=cells[column]
            )


def _numbered(cells: Cells) -> Numbered:
    """Return the numbered cells by their number; empty ones between others are left out."""
    numbers = range(1, options_of(cells) + 1)
    found = [{name: cells.get(f"{name}_{number}", "") for name in NUMBERED} for number in numbers]
    return [each | {"number": str(number)} for number, each in zip(numbers, found, strict=True) if any(each.values())]


class Shape:
    """How the columns state a kind's content."""

    columns: tuple[str, ...] = ("option", "feedback")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        raise NotImplementedError

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        raise NotImplementedError


class Choice(Shape):
    columns: tuple[str, ...] = ("option", "feedback", "right", "scoring")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        right = SEPARATOR.split(cells.get("right", "").strip())
        numbers = {each["number"] for each in numbered}
        if wrong := [number for number in right if number not in numbers]:
            message = "Must be the numbers of the right options, such as `2` or `1, 3`."
            raise Refused("unknown_option", message, column="right", value=wrong[0])
        options = [
            {"text": each["option"], "correct": each["number"] in right, "feedback": each["feedback"]}
            for each in numbered
        ]
        return {"options": options} | ({"scoring": cells["scoring"]} if "scoring" in cells else {})

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        options = content["options"]
        right = ", ".join(str(number) for number, option in enumerate(options, 1) if option["correct"])
        scoring = {"scoring": content["scoring"]} if "scoring" in content else {}
        return {"right": right} | scoring | _cells(options, option="text", feedback="feedback")


class SingleChoice(Choice):
    columns: tuple[str, ...] = ("option", "feedback", "right")


class TrueFalse(Shape):
    columns = ("right", "feedback")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        feedback = {"true": cells.get("feedback_1", ""), "false": cells.get("feedback_2", "")}
        return {"correct": _truth(cells, "right"), "feedback": feedback}

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        feedback = content["feedback"]
        right = "true" if content["correct"] else "false"
        return {"right": right, "feedback_1": feedback["true"], "feedback_2": feedback["false"]}


class ShortText(Shape):
    columns = ("option", "feedback", "share", "exact")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        accepted = [{"text": each["option"], "share": _share(each), "feedback": each["feedback"]} for each in numbered]
        return {"accepted": accepted, "exact": "exact" in cells and _truth(cells, "exact")}

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        exact = "true" if content["exact"] else "false"
        return {"exact": exact} | _cells(content["accepted"], option="text", share="share", feedback="feedback")


class Numeric(Shape):
    columns = ("option", "feedback", "tolerance")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        if len(numbered) != 1 or not numbered[0]["option"]:
            raise Refused("one_number", "Must have one number, in the first option.", column="option_1")
        tolerance = cells.get("tolerance", "0").strip()
        return {
            "value": numbered[0]["option"],
            "tolerance": tolerance.removesuffix("%").strip(),
            "tolerance_kind": "percent" if tolerance.endswith("%") else "absolute",
            "feedback": numbered[0]["feedback"],
        }

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        unit = "%" if content["tolerance_kind"] == "percent" else ""
        return {
            "option_1": content["value"],
            "feedback_1": content["feedback"],
            "tolerance": f"{content['tolerance']}{unit}",
        }


class Matching(Shape):
    columns = ("option", "match")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        pairs = [{"left": each["option"], "right": each["match"]} for each in numbered if each["option"]]
        return {"pairs": pairs, "distractors": [each["match"] for each in numbered if not each["option"]]}

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        distractors = [{"left": "", "right": text} for text in content["distractors"]]
        return _cells([*content["pairs"], *distractors], option="left", match="right")


class Ordering(Shape):
    columns = ("option", "scoring")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        items = [{"text": each["option"]} for each in numbered]
        return {"items": items} | ({"scoring": cells["scoring"]} if "scoring" in cells else {})

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        return {"scoring": content["scoring"]} | _cells(content["items"], option="text")


class Cloze(Shape):
    columns = ("text",)

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        return cloze_text.read(cells.get("text", ""))

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        return {"text": cloze_text.write(content)}


class Essay(Shape):
    columns = ("rubric", "max_length")

    def read(self, cells: Cells, numbered: Numbered) -> dict[str, Any]:
        found: dict[str, Any] = {"rubric": cells["rubric"]} if "rubric" in cells else {}
        length = cells.get("max_length", "")
        if length and not re.fullmatch("[0-9]{1,6}", length):
            raise Refused("no_number", "Must be a number of characters.", column="max_length", value=length)
        return found | ({"max_length": int(length)} if length else {})

    def write(self, content: Mapping[str, Any]) -> dict[str, str]:
        return {"rubric": content.get("rubric") or "", "max_length": str(content["max_length"])}


SHAPES: Mapping[QuestionKind, Shape] = {
    QuestionKind.SINGLE_CHOICE: SingleChoice(),
    QuestionKind.MULTIPLE_CHOICE: Choice(),
    QuestionKind.TRUE_FALSE: TrueFalse(),
    QuestionKind.SHORT_TEXT: ShortText(),
    QuestionKind.NUMERIC: Numeric(),
    QuestionKind.MATCHING: Matching(),
    QuestionKind.ORDERING: Ordering(),
    QuestionKind.CLOZE: Cloze(),
    QuestionKind.ESSAY: Essay(),
}


def _share(answer: Mapping[str, str]) -> float:
    text = answer["share"].strip().replace(",", ".") or "1"
    if not re.fullmatch(r"[01](\.[0-9]{1,4})?", text):
        message = "Must be a share of the points, such as 0.5."
        raise Refused("no_share", message, column=f"share_{answer['number']}", value=text)
    return float(text)


def _truth(cells: Cells, column: str) -> bool:
    text = cells.get(column, "")
    if (found := TRUTH.get(text.strip().lower())) is None:
        raise Refused("no_truth_value", "Must be true or false.", column=column, value=text)
    return found


def _cells(parts: Sequence[Mapping[str, Any]], **columns: str) -> dict[str, str]:
    """Return numbered cells: for each column, the name of the field that it shows."""
    return {
        f"{column}_{number}": str(part[field])
        for number, part in zip(count(1), parts)
        for column, field in columns.items()
    }
