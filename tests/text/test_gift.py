"""GIFT files: what is read, what is refused, and that what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text.gift_reader import MAX_QUESTIONS, Answer, Broken, Question, Type, read
from learnstream.text.gift_writer import render

EXAMPLES = r"""// A class of examples [id:moon-1] [tag:moon] [tag:two\]words]
::Distance:: How far away is the Moon? {#384400:1000#About right}

$CATEGORY: Planets/Inner

Venus is {~a moon =a planet#Yes ~%0%a star#No} of the Sun.

[markdown]A year on *Mars* has 687 days. {TRUE#Look again#Right####Nearly two of ours}

Name a moon of Mars. {=Phobos =%50%Deimos\: the smaller =%0.5%fear}

Which planet has which moon? {
    =Mars -> Phobos
    =Jupiter -> Io
    = -> Titan
}

Explain \{tides\} \= the pull of the Moon.\nIn 100 words. {####Think of two bulges}

Which are planets? {~%50%Mars ~%50%Venus ~%-100%Pluto}

Between one and two? {#1..2}
"""


def one(text):
    [found] = read(text)
    return found


def test_every_type_is_read():
    found = list(read(EXAMPLES))
    assert [question.type.value for question in found] == [
        *("numerical", "choice", "true_false", "short", "matching", "essay", "choice", "numerical")
    ]
    assert found[0] == Question(
        line=2,
        type=Type.NUMERICAL,
        name="Distance",
        text="How far away is the Moon?",
        answers=(Answer("384400:1000", feedback="About right"),),
        id="moon-1",
        tags=("moon", "two]words"),
    )
    assert found[1].text == "Venus is _____ of the Sun."
    assert found[1].category == "Planets/Inner"
    assert found[1].answers[2] == Answer("a star", False, "0", "No")
    assert found[2].answers == (Answer("true", feedback="Right"), Answer("false", False, feedback="Look again"))
    assert found[2].explanation == "Nearly two of ours"
    assert found[3].answers[1] == Answer("Deimos: the smaller", weight="50")
    assert [(answer.text, answer.match) for answer in found[4].answers] == [
        *(("Mars", "Phobos"), ("Jupiter", "Io"), ("", "Titan"))
    ]
    assert found[5].text == "Explain {tides} = the pull of the Moon.\nIn 100 words."
    assert found[7].answers[0].text == "1..2"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Only a description", "no_answers"),
        ("What? {=a", "unbalanced_braces"),
        ("What? =a}{", "unbalanced_braces"),
        ("What? {=a {b}}", "unbalanced_braces"),
        ("One {=a} and two {=b}", "several_gaps"),
        ("{=a}", "no_text"),
        ("What? {a =b}", "no_answer_sign"),
        ("What? {=}", "empty_answer"),
        ("What? {= #feedback}", "empty_answer"),
        ("What? {=a -> }", "empty_answer"),
        ("What? {=a -> b =c}", "incomplete_pair"),
        ("What? {~%1e2%a =b}", "odd_weight"),
        ("What? {~%50a =b}", "odd_weight"),
        ("How many? {#}", "no_number"),
        ("[latex]What? {=a}", "unknown_format"),
        ("[html]<b>What?</b> {=a}", "html"),
        ("What\x00? {=a}", "control_character"),
        ("What\ufdd0? {=a}", "control_character"),
    ],
)
def test_what_is_no_question_is_named_with_its_line(text, code):
    before, broken, after = read(f"Who? {{=I}}\n\n// a comment\n{text}\n\nWhere? {{=here}}")
    assert isinstance(broken, Broken)
    assert (broken.line, broken.code) == (4, code)
    assert (before.text, after.text) == ("Who?", "Where?")


def test_an_unknown_escape_is_text():
    assert one(r"What is \(x\)? {=\alpha}").answers[0].text == r"\alpha"


def test_a_file_without_questions_has_none():
    assert list(read("\ufeff\n// nothing\n\n\n")) == []


def test_a_file_has_a_greatest_number_of_questions():
    *questions, last = read("Who? {=I}\n\n" * (MAX_QUESTIONS + 2))
    assert len(questions) == MAX_QUESTIONS
    assert last.code == "too_many_questions"


@pytest.mark.parametrize(
    "text",
    [
        "{" * 200_000,
        "a {" + "=" * 200_000 + "}",
        "a {" + "=b" * 200_000 + "}",
        "::" * 100_000,
        "%" * 100_000 + " {=%%}",
        "//" + "[id:" * 100_000 + "\na",
        "//[tag:" + "\\" * 100_001 + "\na",
    ],
)
def test_a_hostile_text_is_read_in_linear_time(text):
    assert isinstance(one(text), Broken)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    min_size=1,
).filter(lambda text: "->" not in text and not any("\ufdd0" <= char <= "\ufdef" for char in text))
ANSWERS = st.builds(Answer, text=WORDS, is_right=st.just(True), weight=st.just("50"), feedback=WORDS | st.just(""))
QUESTIONS = st.builds(
    Question,
    line=st.just(1),
    type=st.just(Type.SHORT),
    name=WORDS | st.just(""),
    text=WORDS,
    answers=st.lists(ANSWERS, min_size=1, max_size=3).map(tuple),
    explanation=WORDS | st.just(""),
)


@given(QUESTIONS)
def test_what_is_written_is_read_again(question):
    assert one("".join(render([question]))) == question


def test_all_examples_are_written_and_read_again():
    def stated(question):
        return {name: getattr(question, name) for name in question.__slots__ if name not in {"line", "category"}}

    first = list(read(EXAMPLES))
    again = list(read("".join(render(["Two lines\nof comment", *first]))))
    assert list(map(stated, again)) == list(map(stated, first))
