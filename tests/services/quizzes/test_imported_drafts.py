"""What files of questions state, and that what is written is read again: without stores."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learnstream.documents.question import QuestionKind
from learnstream.services.media.imports.remarks import MAX_SHOWN, Refused, Remark
from learnstream.services.quizzes.imports import cloze_text, drafts, gift, tables
from learnstream.services.quizzes.imports.drafts import Draft
from learnstream.text import gift_writer

OPTIONS = [
    {"id": "1", "text": "Mars -- or {Ares}", "correct": True, "feedback": "Yes: red"},
    {"id": "2", "text": "~Venus", "correct": False, "feedback": ""},
    {"id": "3", "text": "50 % Pluto", "correct": False, "feedback": "no\nplanet"},
]
TWO_RIGHT = [{**option, "correct": option["id"] != "3"} for option in OPTIONS]
ACCEPTED = [
    {"text": "Phobos", "share": "1", "feedback": ""},
    {"text": "Dei*mos", "share": "0.5", "feedback": "half"},
]
BLANKS = [
    {"id": "1", "kind": "short_text", "weight": "2", "accepted": ACCEPTED, "exact": True},
    {"id": "2", "kind": "numeric", "weight": "1", "value": "3.5", "tolerance": "0.1", "tolerance_kind": "absolute", "feedback": ""},
    {"id": "3", "kind": "single_choice", "weight": "0.5", "options": OPTIONS},
]  # fmt: skip
CONTENTS = {
    "single_choice": {"options": OPTIONS},
    "multiple_choice": {"options": TWO_RIGHT, "scoring": "partial"},
    "true_false": {"correct": False, "feedback": {"true": "No", "false": ""}},
    "short_text": {"accepted": ACCEPTED, "exact": False},
    "numeric": {"value": "-3.5", "tolerance": "2", "tolerance_kind": "absolute", "feedback": "g"},
    "matching": {"pairs": [{"id": "1", "left": "a", "right": "b"}, {"id": "2", "left": "c", "right": "b"}], "distractors": ["d"]},
    "ordering": {"items": [{"id": "1", "text": "one"}, {"id": "2", "text": "two"}], "scoring": "neighbours"},
    "cloze": {"text": "A {{1}} of {braces}\nand {{2}} \\ {{3}}.", "blanks": BLANKS},
    "essay": {"rubric": "Be kind", "max_length": 500},
}  # fmt: skip
ALIKE = [
    *CONTENTS.items(),
    ("multiple_choice", {"options": TWO_RIGHT, "scoring": "all_or_nothing"}),
    ("multiple_choice", {"options": [{**each, "correct": True} for each in OPTIONS], "scoring": "partial"}),
]


def fields(content):
    return {"stem": "What is {this}? 1 = 1", "explanation": "Because: so", "tags": ["one", "two"], "content": content}


def plain(value):
    """Return a content without ids, and with numbers as texts, as files do not tell them apart."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name != "id"}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return f"{value:g}" if isinstance(value, float) else value


def of_gift(text):
    [found] = gift.read(text)
    return found


@pytest.mark.parametrize(("kind", "content"), ALIKE)
def test_a_row_states_the_question_it_was_written_from(kind, content):
    cells = tables.write(QuestionKind(kind), "k-1", fields(content))
    found = tables.draft(7, cells)
    assert (found.place, found.key, found.kind) == (7, "k-1", kind)
    assert {name: found.fields[name] for name in ("stem", "explanation", "tags")} == {
        name: fields(content)[name] for name in ("stem", "explanation", "tags")
    }
    assert plain(found.fields["content"]) == plain(content)
    assert set(cells) <= set(tables.columns(tables.options_of(cells)))


@pytest.mark.parametrize(
    ("kind", "content"), [each for each in ALIKE if QuestionKind(each[0]) not in gift.UNWRITABLE and each[0] != "essay"]
)
def test_gift_states_the_question_it_was_written_from(kind, content):
    written = gift.write(QuestionKind(kind), "k-1", fields(content))
    found = of_gift("".join(gift_writer.render([written])))
    assert isinstance(found, Draft), found
    assert (found.key, found.kind, found.warnings) == ("k-1", kind, ())
    assert plain({"exact": False, **found.fields["content"]}) == plain({"exact": False, **content})
    assert {name: found.fields[name] for name in ("stem", "explanation", "tags")} == {
        name: fields(content)[name] for name in ("stem", "explanation", "tags")
    }


@pytest.mark.parametrize("kind", sorted(gift.UNWRITABLE))
def test_what_gift_cannot_say_is_said_in_a_comment(kind):
    written = gift.write(kind, "k-1", fields(CONTENTS[kind]))
    text = "".join(gift_writer.render([written]))
    assert text.startswith("// Not written")
    assert list(gift.read(text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Q {=a =b ~c}", "several_right"),
        ("Q {=a ~%50%b}", "partial_option"),
        ("Q {=%50%a ~b}", "partial_option"),
        ("Q {~%70%a ~%30%b ~c}", "unequal_weights"),
        ("Q {~%50%a ~%-50%b}", "unequal_weights"),
        ("Q {~a ~b}", "unequal_weights"),
        ("Q {=%0%a =b}", "odd_weight"),
        ("Q {=%-10%a =b}", "odd_weight"),
        ("Q {=a* =b}", "wildcard"),
        ("Q {#=1:0 =%50%2:0}", "several_numbers"),
        ("Q {#=%50%2:0}", "several_numbers"),
        ("Q {#1e3}", "no_number"),
        ("Q {#one}", "no_number"),
        ("Q {#1..}", "no_number"),
        ("Q {#2..1}", "empty_range"),
        ("Q {=a -> b#f =c -> d}", "pair_with_feedback"),
    ],
)
def test_what_our_questions_cannot_be_is_an_error(text, code):
    found = of_gift(text)
    assert isinstance(found, Remark)
    assert (found.place, found.code) == (1, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Q {=a ~%-50%b}", "weight_ignored"), ("Q {~%50%a ~%50%b ~c}", "weights_approximated")],
)
def test_a_weight_that_is_not_taken_is_a_warning(text, code):
    assert [warning.code for warning in of_gift(text).warnings] == [code]


PIECES = ("word", "=", "~", "#", "####", "::", "->", "%50%", "%-50%", r"\=", "..", ":", "\n1", "[html]", "T", "}", "{")


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@example(["=", "word", "->", "word", "~", "word"])
@example(["#", "=", "1", "->", "word"])
def test_whatever_stands_in_a_file_is_in_the_question_or_said(pieces):
    words = [f"word{place}." if piece == "word" else piece for place, piece in enumerate(pieces)]

    found = of_gift(f"Q {{{' '.join(words)}}}")

    if isinstance(found, Draft) and not found.warnings:
        assert [each for each in words if each.startswith("word") and each not in repr(found)] == []


def test_an_arrow_in_a_choice_is_text():
    found = of_gift("What burns? {=H -> He ~He -> H}")
    assert [each["text"] for each in found.fields["content"]["options"]] == ["H -> He", "He -> H"]


def test_a_category_is_a_warning_of_its_first_question():
    text = "$CATEGORY: Moons\n\nP {=a*}\n\nQ {=a}\n\nR {=a}\n\n$CATEGORY: Planets\nS {=a}"
    _, *taken = gift.read(text)
    assert [[(each.code, each.value) for each in found.warnings] for found in taken] == [
        [("category_ignored", "Moons")],
        [],
        [("category_ignored", "Planets")],
    ]


def test_thirds_are_equal_weights():
    found = of_gift("Q {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}")
    assert found.warnings == ()
    assert found.fields["content"]["scoring"] == "partial"


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("Q {#1822}", "1822", "0"),
        ("Q {#-1,5:0.25}", "-1.5", "0.25"),
        ("Q {#1..2}", "1.5", "0.5"),
        ("Q {#0.1..0.2}", "0.15", "0.05"),
        ("Q {#12345678901234567890.1..12345678901234567890.2}", "12345678901234567890.15", "0.05"),
    ],
)
def test_numbers_are_exact(text, value, tolerance):
    content = of_gift(text).fields["content"]
    assert (content["value"], content["tolerance"]) == (value, tolerance)


def test_a_name_or_the_text_identifies_a_question():
    assert of_gift("::Moon 1::Q {=a}").key == "Moon 1"
    assert of_gift("// [id:m1]\n::Moon 1::Q {=a}").key == "m1"
    assert of_gift("Q {=a}").key == of_gift("Q {=b}").key != of_gift("R {=a}").key
    assert of_gift(r"::two\n lines::Q {=a}").key == "two lines"
    assert len(of_gift(f"::{'x' * 200}::Q {{=a}}").key) <= drafts.MAX_KEY
    assert "\u202e" not in of_gift("::\u202e::Q {=a}").key


def test_only_the_beginning_of_what_is_wrong_is_shown():
    found = of_gift(f"Q {{~%70%{'x' * 9000} =y}}")
    assert (found.code, len(found.value)) == ("partial_option", MAX_SHOWN)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"kind": "riddle", "stem": "Q"}, "kind", "unknown_kind"),
        ({"kind": "single_choice", "stem": "Q", "option_1": "a", "right": "2"}, "right", "unknown_option"),
        ({"kind": "single_choice", "stem": "Q", "option_1": "a"}, "right", "unknown_option"),
        ({"kind": "true_false", "stem": "Q", "right": "perhaps"}, "right", "no_truth_value"),
        ({"kind": "true_false", "stem": "Q", "right": "true", "option_1": "a"}, "option_1", "unused_column"),
        ({"kind": "short_text", "stem": "Q", "option_1": "a", "share_1": "NaN"}, "share_1", "no_share"),
        ({"kind": "numeric", "stem": "Q"}, "option_1", "one_number"),
        ({"kind": "numeric", "stem": "Q", "option_1": "1", "option_2": "2"}, "option_1", "one_number"),
        ({"kind": "cloze", "stem": "Q", "text": "no gaps"}, "text", "no_gaps"),
        ({"kind": "cloze", "stem": "Q", "text": "a {=b"}, "text", "unbalanced_braces"),
        ({"kind": "cloze", "stem": "Q", "text": "a }"}, "text", "unbalanced_braces"),
        ({"kind": "cloze", "stem": "Q", "text": "a {}"}, "text", "unknown_gap"),
        ({"kind": "cloze", "stem": "Q", "text": "a {T}"}, "text", "unknown_gap"),
        ({"kind": "cloze", "stem": "Q", "text": "a {!#3}"}, "text", "unknown_gap"),
        ({"kind": "essay", "stem": "Q", "max_length": "1e3"}, "max_length", "no_number"),
    ],
)
def test_a_row_that_states_no_question_is_refused_with_its_column(cells, column, code):
    with pytest.raises(Refused) as refused:
        tables.draft(2, cells)
    assert (refused.value.column, refused.value.code) == (column, code)


def test_a_gap_of_another_text_is_written_as_it_is_read():
    text = r"The moon {2:!=Phobos =%50%Dei\\*mos} of {~Venus =Mars} \{really\}"
    assert cloze_text.write(cloze_text.read(text)).replace(" =", "=").replace(" ~", "~") == text.replace(
        " =", "="
    ).replace(" ~", "~")


@pytest.mark.parametrize("blank_line", ["\n\n", "\r\r", "\r\n\r\n"])
def test_a_blank_line_inside_of_a_gap_is_white_space(blank_line):
    content = cloze_text.read(f"The largest is {{=Jupiter{blank_line}}}.")

    assert [each["text"] for each in content["blanks"][0]["accepted"]] == ["Jupiter"]
