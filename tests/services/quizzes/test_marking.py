# ruff: noqa: RUF001 - letters that look like others are what is tested
"""Marking, which is a pure function of a version and an answer."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.services.quizzes.marking import mark, points
from tests.services.quizzes import versions
from tests.services.quizzes.versions import version

SHARES = st.fractions(0, 1)
MAXIMA = st.decimals("0.0001", 10_000, places=4)
OWN = ("a", "b", "c", "d", "e", "f")


@st.composite
def choices(draw, scoring=("partial", "all_or_nothing")):
    """A multiple-choice question with at least one right and one wrong option."""
    ids = OWN[: draw(st.integers(2, len(OWN)))]
    right = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1))
    options = versions.options(*ids, correct=right)
    return version("multiple_choice", options=options, scoring=draw(st.sampled_from(scoring))), ids, right


@pytest.mark.parametrize(
    ("question", "answer", "share"),
    [
        (versions.SINGLE, "b", 1),
        (versions.SINGLE, "a", 0),
        (versions.TRUE_FALSE, True, 1),
        (versions.TRUE_FALSE, False, 0),
        (versions.MULTIPLE, ["a", "c"], 1),
        (versions.MULTIPLE, ["a"], Fraction(1, 2)),
        (versions.MULTIPLE, ["a", "b"], 0),
        (versions.MULTIPLE, ["a", "b", "c"], Fraction(1, 2)),
        (versions.MULTIPLE, ["b", "d"], 0),
        (versions.ALL_OR_NOTHING, ["a", "c"], 1),
        (versions.ALL_OR_NOTHING, ["a"], 0),
        (versions.SHORT_TEXT, " JÚPITER ", 1),
        (versions.SHORT_TEXT, "saturn", Fraction("0.3333")),
        (versions.SHORT_TEXT, "Mars", 0),
        (versions.NUMERIC, "3,6", 1),
        (versions.NUMERIC, "3.4", 1),
        (versions.NUMERIC, "3.6000000000000000000001", 0),
        (versions.NUMERIC, "٣٫٥", 1),
        (versions.NUMERIC, "three", 0),
        (versions.NUMERIC, "NaN", 0),
        (versions.NUMERIC, "1e999999999", 0),
        (versions.MATCHING, {"it": "it", "pe": "pe", "fr": "it"}, 1),
        (versions.MATCHING, {"it": "it", "fr": "distractor-0"}, Fraction(1, 3)),
        (versions.ORDERING, ["1", "2", "3", "4"], 1),
        (versions.ORDERING, ["2", "3", "4", "1"], Fraction(2, 3)),
        (versions.ORDERING, ["4", "3", "2", "1"], 0),
        (versions.ORDERING, ["1", "2"], Fraction(1, 3)),
        (versions.CLOZE, {"who": "planet", "many": "95", "rings": "rings"}, 1),
        (versions.CLOZE, {"many": "90.25"}, Fraction(2) / Fraction("3.5")),
        (versions.CLOZE, {"many": "90.24", "rings": "none"}, 0),
        (versions.ESSAY, "Because.", None),
    ],
)
def test_answers_are_marked(question, answer, share):
    assert mark(question, answer).share == share


@pytest.mark.parametrize("question", versions.ALL, ids=lambda each: each.kind)
@pytest.mark.parametrize("blank", [None, "", " \n", [], {}])
def test_a_blank_answer_is_worth_nothing(question, blank):
    assert mark(question, blank).share == 0


def test_a_percentage_is_of_the_value():
    about = {"tolerance": "10", "tolerance_kind": "percent", "feedback": ""}

    assert mark(version("numeric", value="-200", **about), "-180").share == 1
    assert mark(version("numeric", value="-200", **about), "-179.999").share == 0
    assert mark(version("numeric", value="0", **about), "0").share == 1


def test_the_greatest_share_of_the_accepted_texts_counts():
    accepted = [{"text": text, "share": share, "feedback": ""} for text, share in (("é", "0.5"), ("E", "1"))]

    assert mark(version("short_text", accepted=accepted, exact=False), "e").share == 1


def test_the_parts_of_a_question_are_marked():
    assert mark(versions.MATCHING, {"it": "it", "fr": "pe"}).parts == {"it": 1, "pe": 0, "fr": 0}
    assert mark(versions.CLOZE, {"many": "95", "rings": "none"}).parts == {"who": 0, "many": 1, "rings": 0}


@given(choices(), st.data())
def test_a_share_is_never_below_nothing_or_above_the_whole(choice, data):
    question, ids, _ = choice

    assert 0 <= mark(question, data.draw(st.lists(st.sampled_from(ids), unique=True))).share <= 1


@given(choices(), st.data())
def test_one_more_right_option_never_lowers_the_share(choice, data):
    question, ids, right = choice
    chosen = data.draw(st.sets(st.sampled_from(ids)))
    more = chosen | {data.draw(st.sampled_from(sorted(right)))}

    assert mark(question, sorted(more)).share >= mark(question, sorted(chosen)).share


@given(choices(scoring=("partial",)), st.data())
def test_one_more_wrong_option_never_raises_the_share(choice, data):
    question, ids, right = choice
    chosen = data.draw(st.sets(st.sampled_from(ids)))
    wrong = data.draw(st.sampled_from(sorted(set(ids) - right)))

    assert mark(question, sorted(chosen | {wrong})).share <= mark(question, sorted(chosen)).share


@given(choices(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_options_and_answers_does_not_matter(choice, random, data):
    question, ids, _ = choice
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True))
    options = random.sample(question.content["options"], len(ids))
    shuffled = version("multiple_choice", options=options, scoring=question.content["scoring"])

    assert mark(shuffled, random.sample(chosen, len(chosen))) == mark(question, chosen)


@given(st.permutations(("1", "2", "3", "4")))
def test_only_the_right_order_is_worth_the_whole(order):
    share = mark(versions.ORDERING, list(order)).share

    assert 0 <= share <= 1
    assert (share == 1) == (list(order) == ["1", "2", "3", "4"])


@given(st.dictionaries(st.sampled_from(("it", "pe", "fr")), st.sampled_from(("it", "pe", "distractor-0"))), st.data())
def test_one_more_right_pair_never_lowers_the_share(answer, data):
    pair, right = data.draw(st.sampled_from((("it", "it"), ("pe", "pe"), ("fr", "it"))))

    assert 0 <= mark(versions.MATCHING, answer).share <= mark(versions.MATCHING, answer | {pair: right}).share <= 1


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "who": st.sampled_from(("planet", "moon")),
            "many": st.sampled_from(("95", "1e2", "x")),
            "rings": st.sampled_from(("rings", "none")),
        },
    )
)
def test_the_share_of_a_cloze_is_that_of_its_weights(answer):
    weights = {"who": Fraction(1), "many": Fraction(2), "rings": Fraction(1, 2)}
    marked = mark(versions.CLOZE, answer)

    assert marked.share == sum(weights[blank] * share for blank, share in marked.parts.items()) / Fraction("3.5") or (
        not answer
    )
    assert 0 <= marked.share <= 1


@given(SHARES, MAXIMA)
def test_points_are_rounded_half_up_once(share, maximum):
    earned = points(share, maximum)

    assert earned.as_tuple().exponent == -4
    assert 0 <= earned <= maximum
    assert -Fraction(1, 20_000) < Fraction(earned) - share * Fraction(maximum) <= Fraction(1, 20_000)


@given(SHARES, SHARES, MAXIMA)
def test_a_greater_share_never_earns_fewer_points(one, other, maximum):
    assert points(min(one, other), maximum) <= points(max(one, other), maximum)


def test_points_are_exact_decimals():
    assert points(Fraction(1, 3), Decimal(1)) == Decimal("0.3333")
    assert points(Fraction(2, 3), Decimal(1)) == Decimal("0.6667")
    assert points(Fraction(1, 2), Decimal("0.0001")) == Decimal("0.0001")
    assert points(Fraction(1), Decimal("0.1")) == Decimal("0.1")
