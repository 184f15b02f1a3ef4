"""GIFT questions as drafts, and questions as GIFT."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import MAX_SHOWN, Refused, Remark, remark
from learnstream.services.quizzes.imports import gift_numbers, gift_weights
from learnstream.services.quizzes.imports.drafts import Draft, key_of
from learnstream.text import display, gift_reader
from learnstream.text.gift_reader import Answer, Broken, Question, Type

WILDCARD = re.compile(r"(?<!\\)\*")
# What GIFT cannot say.
UNWRITABLE = {QuestionKind.CLOZE: "has gaps", QuestionKind.ORDERING: "is about an order"}
CATEGORY = ("category_ignored", "A course's questions have no categories; use tags, such as // [tag:moon].")

Parts = tuple[QuestionKind, dict[str, Any], tuple[str, str] | None]


def read(text: str) -> Iterator[Draft | Remark]:
    """Yield the questions of a GIFT file as drafts, and why others cannot be imported."""
    category = ""
    for found in gift_reader.read(text):
        if isinstance(found, Broken):
            yield Remark(found.line, found.code, found.message)
            continue
        try:
            taken = draft(found)
        except Refused as refusal:
            yield remark(found.line, refusal)
            continue
        yield _warned(taken, found, category)
        category = found.category


def _warned(taken: Draft, question: Question, category_before: str) -> Draft:
    """Add a warning to the first question of a category."""
    if question.category == category_before:
        return taken
    ignored = Remark(question.line, *CATEGORY, None, display.one_line(question.category, MAX_SHOWN))
    return replace(taken, warnings=(*taken.warnings, ignored))


def draft(question: Question) -> Draft:
    """Return a question of a file as a draft.

    Raises:
        Refused: our questions cannot be like that.
    """
    kind, content, warning = READERS[question.type](question.answers)
    return Draft(
        place=question.line,
        key=key_of(question.id or question.name, kind, question.text),
        kind=kind,
        fields={
            "stem": question.text,
            "explanation": question.explanation,
            "tags": list(question.tags),
            "content": content,
        },
        warnings=(Remark(question.line, *warning),) if warning else (),
    )


def _short(answers: tuple[Answer, ...]) -> Parts:
    accepted = []
    for answer in answers:
        if WILDCARD.search(answer.text):
            raise Refused("wildcard", r"An accepted text has no wildcards; write an asterisk as \*.", value=answer.text)
        text = answer.text.replace(r"\*", "*")
        accepted.append({"text": text, "share": gift_weights.share(answer), "feedback": answer.feedback})
    return QuestionKind.SHORT_TEXT, {"accepted": accepted}, None


def _numerical(answers: tuple[Answer, ...]) -> Parts:
    if len(answers) > 1 or gift_weights.share(answers[0]) != 1:
        raise Refused(
            "several_numbers", "Has several numbers, or a part of the points for one; give one with a tolerance."
        )
    return QuestionKind.NUMERIC, gift_numbers.content(answers[0].text) | {"feedback": answers[0].feedback}, None


def _matching(answers: tuple[Answer, ...]) -> Parts:
    if any(answer.feedback or answer.weight for answer in answers):
        raise Refused("pair_with_feedback", "A pair has neither feedback nor weight.")
    pairs = [{"left": answer.text, "right": answer.match} for answer in answers if answer.text]
    distractors = [answer.match for answer in answers if not answer.text]
    return QuestionKind.MATCHING, {"pairs": pairs, "distractors": distractors}, None


def _truth(answers: tuple[Answer, ...]) -> Parts:
    feedback = {answer.text: answer.feedback for answer in answers}
    return QuestionKind.TRUE_FALSE, {"correct": answers[0].text == "true", "feedback": feedback}, None


READERS: Mapping[Type, Callable[[tuple[Answer, ...]], Parts]] = {
    Type.CHOICE: gift_weights.choice,
    Type.TRUE_FALSE: _truth,
    Type.SHORT: _short,
    Type.NUMERICAL: _numerical,
    Type.MATCHING: _matching,
    Type.ESSAY: lambda _: (QuestionKind.ESSAY, {}, None),
}


def write(kind: QuestionKind, key: str, fields: Mapping[str, Any]) -> Question | str:
    """Return a question as GIFT states it, or a sentence why it cannot."""
    if kind in UNWRITABLE:
        return f"Not written, because GIFT has no question that {UNWRITABLE[kind]}: [{key}] {fields['stem']}"
    answers = WRITERS[kind](fields["content"])
    if any("->" in answer.text + (answer.match or "") for answer in answers):
        return f"Not written, because an answer contains an arrow, which GIFT cannot escape: [{key}] {fields['stem']}"
    return Question(
        line=1,
        type=TYPES[kind],
        name="",
        text=fields["stem"],
        answers=tuple(answers),
        explanation=fields["explanation"],
        id=key,
        tags=tuple(fields["tags"]),
    )


TYPES = {
    QuestionKind.SINGLE_CHOICE: Type.CHOICE,
    QuestionKind.MULTIPLE_CHOICE: Type.CHOICE,
    QuestionKind.TRUE_FALSE: Type.TRUE_FALSE,
    QuestionKind.SHORT_TEXT: Type.SHORT,
    QuestionKind.NUMERIC: Type.NUMERICAL,
    QuestionKind.MATCHING: Type.MATCHING,
    QuestionKind.ESSAY: Type.ESSAY,
}


def _write_truth(content: Mapping[str, Any]) -> list[Answer]:
    values = ("true", "false") if content["correct"] else ("false", "true")
    return [Answer(value, value == values[0], None, content["feedback"][value]) for value in values]


def _write_short(content: Mapping[str, Any]) -> list[Answer]:
    return [
        Answer(each["text"].replace("*", r"\*"), True, _stated_share(each["share"]), each["feedback"])
        for each in content["accepted"]
    ]


def _stated_share(share: Any) -> str | None:
    percent = gift_weights.percent_of(share)
    return None if percent == "100" else percent


def _write_pairs(content: Mapping[str, Any]) -> list[Answer]:
    pairs = [(pair["left"], pair["right"]) for pair in content["pairs"]]
    return [Answer(left, match=right) for left, right in [*pairs, *(("", text) for text in content["distractors"])]]


WRITERS: Mapping[QuestionKind, Callable[[Mapping[str, Any]], list[Answer]]] = {
    QuestionKind.SINGLE_CHOICE: lambda content: gift_weights.stated(content["options"], None),
    QuestionKind.MULTIPLE_CHOICE: lambda content: gift_weights.stated(content["options"], content["scoring"]),
    QuestionKind.TRUE_FALSE: _write_truth,
    QuestionKind.SHORT_TEXT: _write_short,
    QuestionKind.NUMERIC: lambda content: [Answer(gift_numbers.stated(content), feedback=content["feedback"])],
    QuestionKind.MATCHING: _write_pairs,
    QuestionKind.ESSAY: lambda _: [],
}
