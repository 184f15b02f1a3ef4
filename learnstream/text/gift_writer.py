"""GIFT, Moodle's format of questions as plain text: writing what `gift_reader` reads."""

import re
from collections.abc import Iterable, Iterator

from learnstream.text.gift_reader import Answer, Question, Type

SPECIAL = re.compile(r"[\\~=#{}:]")


def render(questions: Iterable[Question | str]) -> Iterator[str]:
    """Yield a file in pieces. A text among the questions becomes a comment, such as why one is missing."""
    for each in questions:
        yield (_comment(each) if isinstance(each, str) else _question(each)) + "\n\n"


def _comment(text: str) -> str:
    return "\n".join(f"// {line}" for line in text.splitlines())


def _question(question: Question) -> str:
    labels = [("id", question.id)] if question.id else []
    labels += [("tag", tag) for tag in question.tags]
    comment = "// " + " ".join(f"[{kind}:{_label(value)}]" for kind, value in labels) + "\n" if labels else ""
    name = f"::{escape(question.name)}::" if question.name else ""
    return f"{comment}{name}[markdown]{escape(question.text)} {{{answers(question)}\n}}"


def _label(value: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", " ".join(value.split()))


def answers(question: Question) -> str:
    """Return what stands between the braces of a question."""
    general = f"\n####{escape(question.explanation)}" if question.explanation else ""
    if question.type is Type.TRUE_FALSE:
        return _truth(question.answers) + general
    sign = "#" if question.type is Type.NUMERICAL else ""
    return sign + "".join(f"\n\t{_answer(answer)}" for answer in question.answers) + general


def _truth(answers: tuple[Answer, ...]) -> str:
    right, wrong = answers
    feedback = f"#{escape(wrong.feedback)}#{escape(right.feedback)}" if right.feedback or wrong.feedback else ""
    return right.text.upper() + feedback


def _answer(answer: Answer) -> str:
    # A text that begins with a percent sign would be read as a weight.
    stated = answer.weight or ("100" if answer.text.startswith("%") else None)
    weight = f"%{stated}%" if stated is not None else ""
    match = f" -> {escape(answer.match)}" if answer.match is not None else ""
    feedback = f"#{escape(answer.feedback)}" if answer.feedback else ""
    return f"{'=' if answer.is_right else '~'}{weight}{escape(answer.text)}{match}{feedback}"


def escape(text: str) -> str:
    r"""Return a text in which nothing is special. Line breaks become `\n`, so that no blank line ends the question."""
    plain = SPECIAL.sub(r"\\\g<0>", text.replace("\r\n", "\n"))
    return plain.replace("\n", r"\n")
