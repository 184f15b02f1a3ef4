r"""The notation of gaps in a text: `The moon {=Phobos =%50%Deimos} belongs to {~Venus =Mars}, {2:#4..5} in size.`

Inside of braces stand answers as in GIFT (see `text.gift_reader`), after the gap's weight and a colon if it is not 1. An
exclamation mark before them means that texts are compared exactly.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import Refused
from learnstream.services.quizzes.imports import gift
from learnstream.text import gift_reader, gift_writer

# Everything up to the next brace that is not escaped.
PLAIN = r"(?:[^{}\\]|\\.)*+"
PIECE = re.compile(rf"({PLAIN})(?:\{{({PLAIN})\}})?", re.DOTALL)
PREFIX = re.compile(r"\s*(?:([0-9]{1,4}(?:\.[0-9]{1,4})?):)?\s*(!?)(.*)", re.DOTALL)
MARKER = re.compile(r"\{\{([A-Za-z0-9_-]{1,32})\}\}")
KINDS = {QuestionKind.SHORT_TEXT, QuestionKind.NUMERIC, QuestionKind.SINGLE_CHOICE}


def read(text: str) -> dict[str, Any]:
    """Return the content of a cloze.

    Raises:
        Refused: the braces do not match, or contain no answers.
    """
    parts: list[str] = []
    blanks: list[dict[str, Any]] = []
    for before, gap in _pieces(text):
        parts.append(re.sub(r"\\(.)", r"\1", before, flags=re.DOTALL))
        if gap is not None:
            blanks.append(_blank(str(len(blanks) + 1), gap))
            parts.append(f"{{{{{blanks[-1]['id']}}}}}")
    if not blanks:
        raise Refused("no_gaps", "Has no gap, such as {=answer}.", column="text", value=text)
    return {"text": "".join(parts), "blanks": blanks}


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    while at < len(text):
        found = PIECE.match(text, at)
        if found is None or found.end() == at:
            message = r"Its braces do not match; write those of the text as \{ and \}."
            raise Refused("unbalanced_braces", message, column="text", value=text[at:])
        yield found[1], found[2]
        at = found.end()


def _blank(blank_id: str, gap: str) -> dict[str, Any]:
    weight, exact, answers = PREFIX.findall(gap)[0]  # every part of the pattern may be empty
    # A blank line would end the question.
    [found] = gift_reader.read(re.sub(r"[\r\n]", " ", f"gap {{{answers}}}"))
    if isinstance(found, gift_reader.Broken):
        raise Refused(found.code, found.message, column="text", value=gap)
    drafted = gift.draft(found)
    if drafted.kind not in KINDS or found.explanation or (exact and drafted.kind is not QuestionKind.SHORT_TEXT):
        message = "A gap is a text, a number or a choice with one right option; `!` is for texts."
        raise Refused("unknown_gap", message, column="text", value=gap)
    content = dict(drafted.fields["content"])
    if drafted.kind is QuestionKind.SHORT_TEXT:
        content["exact"] = bool(exact)
    return {"id": blank_id, "kind": drafted.kind.value, "weight": float(weight or 1), **content}


def write(content: Mapping[str, Any]) -> str:
    """Return a cloze as it is read."""
    blanks = {blank["id"]: blank for blank in content["blanks"]}
    pieces = MARKER.split(content["text"])
    return "".join(_gap(blanks[piece]) if at % 2 else _escape(piece) for at, piece in enumerate(pieces))


def _escape(text: str) -> str:
    return re.sub(r"[\\{}]", r"\\\g<0>", text)


def _gap(blank: Mapping[str, Any]) -> str:
    kind = QuestionKind(blank["kind"])
    weight = Decimal(str(blank["weight"]))
    prefix = "" if weight == 1 else f"{weight.normalize():f}:"
    exact = "!" if blank.get("exact") else ""
    fields = {"stem": "gap", "explanation": "", "tags": [], "content": blank}
    question = gift.write(kind, "", fields)
    if isinstance(question, str):
        raise Refused("unwritable_gap", question)
    answers = gift_writer.answers(question).replace("\n\t", " ").strip()
    return f"{{{prefix}{exact}{answers}}}"
