r"""GIFT, Moodle's format of questions as plain text: reading.

A blank line ends a question. Its parts are `::name::`, `[format]`, the text and, in braces, the answers; text after the
braces makes it a sentence with a gap. Lines that begin with `//` are comments and may state `[id:…]` and `[tag:…]`;
`\` takes the special meaning from `~ = # { } : \`, and `\n` is a line break.
Source: https://docs.moodle.org/en/GIFT_format
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MAX_QUESTIONS = 2_000
MAX_ANSWERS = 200  # of a question
GAP = "_____"
FORMATS = {"", "plain", "moodle", "markdown", "html"}
# What an escaped character is while a question is taken apart: a noncharacter of Unicode, which no text contains.
HIDDEN = dict(zip("\\~=#{}:n", map(chr, range(0xFDD0, 0xFDD8)), strict=True))
SHOWN = str.maketrans({sign: "\n" if char == "n" else char for char, sign in HIDDEN.items()})
ESCAPE = re.compile(r"\\([\\~=#{}:n])")
NONCHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff\x00-\x08\x0b-\x1f]")
# One that is not closed takes the rest of its line, which is therefore read once.
LABEL = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.?)*+)(\])?")
HEAD = re.compile(r"\s*(?:::(.*?)::)?\s*(?:\[([a-z]*)\])?(.*)", re.DOTALL)
TRUTH = re.compile(r"(?i)\s*(T|F|TRUE|FALSE)\s*(?:#(.*?))?(?:#(.*))?", re.DOTALL)
ANSWER = re.compile(r"([=~])((?:[^=~])*)")
WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)%")
MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")


class Type(StrEnum):
    """The types of questions that GIFT has."""

    CHOICE = "choice"
    TRUE_FALSE = "true_false"
    SHORT = "short"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ESSAY = "essay"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a question. `weight` is its percentage as written; None if nothing is written."""

    text: str
    is_right: bool = True
    weight: str | None = None
    feedback: str = ""
    match: str | None = None  # the other half of a pair


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its file states it; `line` is that of its first line, from 1."""

    line: int
    type: Type
    name: str
    text: str
    answers: tuple[Answer, ...] = ()
    explanation: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no question we can read, with the reason."""

    line: int
    code: str
    message: str


class _Unreadable(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass
class _Block:
    """The lines of a question, and what the comments among them state."""

    line: int
    lines: list[str] = field(default_factory=list)
    id: str = ""
    tags: list[str] = field(default_factory=list)

    def comment(self, text: str) -> None:
        for kind, value, closed in LABEL.findall(text):
            if not closed:
                continue
            plain = re.sub(r"\\(.)", r"\1", value).strip()
            if kind == "tag":
                self.tags.append(plain)
            else:
                self.id = self.id or plain


def read(text: str) -> Iterator[Question | Broken]:
    """Yield what a file contains, in order: each question, and each block that is none."""
    category = ""
    lines = re.split(r"\r\n?|\n", text.removeprefix("\ufeff"))
    for count, block in enumerate(_blocks(lines)):
        if count == MAX_QUESTIONS:
            yield Broken(block.line, "too_many_questions", f"A file has at most {MAX_QUESTIONS} questions.")
            return
        content = "\n".join(block.lines)
        if content.lstrip().startswith("$CATEGORY:"):
            category, content = _category(content)
            if not content.strip():
                continue
        try:
            yield _question(block, content, category)
        except _Unreadable as error:
            yield Broken(block.line, error.code, error.message)


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """Yield the groups of lines between blank lines. A group of comments alone belongs to the question after it."""
    block = None
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare and block is None:
            block = _Block(number)
        if block is None:
            continue
        if bare.startswith("//"):
            block.comment(bare)
        elif bare:
            block.line = block.line if block.lines else number
            block.lines.append(line)
        elif block.lines:
            yield block
            block = None
    if block and block.lines:
        yield block


def _category(content: str) -> tuple[str, str]:
    line, _, rest = content.lstrip().partition("\n")
    return line.removeprefix("$CATEGORY:").strip(), rest


def _question(block: _Block, content: str, category: str) -> Question:
    if NONCHARACTER.search(content):
        raise _Unreadable("control_character", "Contains a control character.")
    head, answers, tail = _braces(ESCAPE.sub(lambda found: HIDDEN[found[1]], content))
    name, text_format, before = HEAD.findall(head)[0]  # every part of the pattern may be empty
    text = _stem(before, tail, text_format)
    if not text:
        raise _Unreadable("no_text", "Has no text before its answers.")
    answers, explanation = _explanation(answers)
    kind, found = _answers(answers)
    return Question(
        line=block.line,
        type=kind,
        name=_plain(name),
        text=text,
        answers=found,
        explanation=explanation,
        id=block.id,
        tags=tuple(dict.fromkeys(filter(None, block.tags))),
        category=category,
    )


def _braces(content: str) -> tuple[str, str, str]:
    head, opened, rest = content.partition("{")
    if not opened:
        raise _Unreadable("no_answers", "Has no answers in braces. Descriptions are not questions.")
    answers, closed, tail = rest.partition("}")
    if not closed or "}" in head or "{" in answers:
        raise _Unreadable("unbalanced_braces", r"Its braces do not match; write those of the text as \{ and \}.")
    if "{" in tail or "}" in tail:
        raise _Unreadable("several_gaps", "Has answers in braces more than once.")
    return head, answers, tail


def _stem(before: str, after: str, text_format: str) -> str:
    if text_format not in FORMATS:
        raise _Unreadable("unknown_format", f"[{text_format}] is no text format.")
    text = _plain(before)
    if after.strip():
        text = f"{text} {GAP}{after.rstrip() if after[:1] in '.,;!?' else f' {after.strip()}'}".translate(SHOWN).strip()
    if text_format == "html" and MARKUP.search(text):
        raise _Unreadable("html", "Is written in HTML; stems are Markdown.")
    return text


def _plain(part: str) -> str:
    return part.strip().translate(SHOWN)


def _explanation(answers: str) -> tuple[str, str]:
    answers, _, text = answers.partition("####")
    return answers, _plain(text)


def _answers(part: str) -> tuple[Type, tuple[Answer, ...]]:
    bare = part.strip()
    if not bare:
        return Type.ESSAY, ()
    if bare.startswith("#"):
        return Type.NUMERICAL, _numbers(bare[1:])
    if found := TRUTH.fullmatch(bare):
        return Type.TRUE_FALSE, _truth(found)
    answers = _listed(bare, pairs="~" not in bare)
    if all(answer.is_right for answer in answers):
        pairs = [answer for answer in answers if answer.match is not None]
        if pairs and len(pairs) < len(answers):
            raise _Unreadable(
                "incomplete_pair", "Some answers are pairs, such as `=Canada -> Ottawa`, and some are not."
            )
        return (Type.MATCHING if pairs else Type.SHORT), answers
    return Type.CHOICE, answers


def _truth(found: re.Match[str]) -> tuple[Answer, ...]:
    """Return both truth values, of which the right one is first. GIFT states the wrong one's feedback first."""
    word, wrong, right = found.groups()
    is_true = word.upper().startswith("T")
    values = ("true", "false") if is_true else ("false", "true")
    return Answer(values[0], True, None, _plain(right or "")), Answer(values[1], False, None, _plain(wrong or ""))


def _numbers(part: str) -> tuple[Answer, ...]:
    if part.lstrip().startswith("="):
        return _listed(part.strip())
    text, _, feedback = part.partition("#")
    if "~" in text or "=" in text or not text.strip():
        raise _Unreadable("no_number", "Has no number after `#`.")
    return (Answer(_plain(text), feedback=_plain(feedback)),)


def _listed(part: str, *, pairs: bool = False) -> tuple[Answer, ...]:
    if not part.startswith(("=", "~")):
        raise _Unreadable("no_answer_sign", "An answer begins with `=` if it is right, or `~` if it is wrong.")
    if part.count("=") + part.count("~") > MAX_ANSWERS:
        raise _Unreadable("too_many_answers", f"Has more than {MAX_ANSWERS} answers.")
    return tuple(_answer(sign, text, pairs) for sign, text in ANSWER.findall(part))


def _answer(sign: str, content: str, pairs: bool) -> Answer:
    weight = WEIGHT.match(content)
    if content.lstrip().startswith("%") and not weight:
        raise _Unreadable("odd_weight", "A weight is a percentage from -100 to 100, such as `%50%`.")
    text, _, feedback = content[weight.end() if weight else 0 :].partition("#")
    left, arrow, right = text.partition("->")
    pair = pairs and arrow
    if not (right if pair else text).strip():
        raise _Unreadable("empty_answer", "Has an answer without text.")
    return Answer(
        text=_plain(left if pair else text),
        is_right=sign == "=",
        weight=weight[1] if weight else None,
        feedback=_plain(feedback),
        match=_plain(right) if pair else None,
    )
