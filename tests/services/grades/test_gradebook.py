"""Totals: properties of the function, and a second computation by other means."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnstream.documents.grading import Missing
from learnstream.services.grades.gradebook import Entry, Part, percent, reaches, total
from learnstream.services.grades.grading import Band, Category, Grading

POINTS = st.decimals(min_value=0, max_value=30, places=1)
MAXIMA = st.sampled_from([Decimal(each) for each in ("0", "1", "10", "12.5", "30", "100")])
WEIGHTS = st.sampled_from([Decimal(each) for each in ("0", "1", "2.5", "40")])
NAMES = ("a", "b", "c")


@st.composite
def entries(draw, most=8):
    return [
        Entry(
            lesson_id=str(number),
            points=draw(st.none() | POINTS),
            max_points=draw(MAXIMA),
            excused=draw(st.integers(0, 5)) == 0,
            missing=draw(st.booleans()),
            held=draw(st.integers(0, 5)) == 0,
            category_id=draw(st.sampled_from((*NAMES, None))),
            extra_credit=draw(st.integers(0, 3)) == 0,
        )
        for number in range(draw(st.integers(0, most)))
    ]


@st.composite
def gradings(draw):
    names = NAMES if draw(st.booleans()) else ()
    return Grading(
        categories=tuple(Category(name, name, draw(WEIGHTS), draw(st.integers(0, 3))) for name in names),
        missing=draw(st.sampled_from(Missing)),
        pass_fraction=draw(st.sampled_from([Decimal("0.5"), Decimal("0.6")])),
        scale=(Band("good", Decimal("0.8")), Band("fair", Decimal("0.5"))),
        decimals=draw(st.integers(0, 3)),
    )


def by_brute_force(grading, given):
    """Return the fraction of the total, and the dropped lessons, by trying every set that could be dropped."""
    dropped, weighted, weights = set(), Fraction(0), Fraction(0)
    for category in grading.categories or [Category("all", "", Decimal(1))]:
        inside = [
            each for each in given if category.id in ("all", each.category_id) and not each.held and not each.excused
        ]
        extra = sum(Fraction(each.points or 0) for each in inside if each.extra_credit)
        zero = grading.missing is Missing.ZERO_AFTER_DUE
        counted = [
            each
            for each in inside
            if not each.extra_credit and each.max_points and (each.points is not None or (each.missing and zero))
        ]
        if not counted:
            continue
        number = min(category.drop_lowest, len(counted) - 1)
        # The last of the best: combinations come in order, so that it leaves out the later lessons.
        best = max(
            (fraction_of(counted, set(out), extra), sorted(out, reverse=True))
            for out in combinations(range(len(counted)), number)
        )
        dropped |= {counted[place].lesson_id for place in best[1]}
        weighted += best[0] * Fraction(category.weight)
        weights += Fraction(category.weight)
    return (weighted / weights if weights else None), dropped


def fraction_of(counted, out, extra):
    left = [each for place, each in enumerate(counted) if place not in out]
    return (extra + sum(Fraction(each.points or 0) for each in left)) / sum(Fraction(each.max_points) for each in left)


@given(gradings(), entries())
def test_a_total_is_the_one_that_brute_force_finds(grading, given_entries):
    found = total(grading, given_entries)

    fraction, dropped = by_brute_force(grading, given_entries)
    assert found.fraction == fraction
    assert {each.lesson_id for each in found.lessons if each.part is Part.DROPPED} == dropped


@given(gradings(), entries(), st.data())
def test_a_better_result_never_lowers_a_total(grading, given_entries, data):
    graded = [place for place, each in enumerate(given_entries) if each.points is not None]
    if not graded:
        return
    place = data.draw(st.sampled_from(graded))
    better = list(given_entries)
    better[place] = better[place]._replace(points=better[place].points + data.draw(POINTS))

    before, after = total(grading, given_entries).fraction, total(grading, better).fraction

    assert before is None or after >= before


@given(gradings(), entries())
def test_excused_and_held_lessons_leave_both_sums(grading, given_entries):
    left = [each for each in given_entries if not each.excused and not each.held]

    assert total(grading, given_entries).fraction == total(grading, left).fraction


@given(gradings(), entries())
def test_the_categories_make_the_total(grading, given_entries):
    found = total(grading, given_entries)

    assert found.fraction in (None, sum((each.fraction or 0) * each.weight for each in found.categories))
    assert sum(each.weight for each in found.categories) in (0, 1)
    for each in found.categories:
        assert each.fraction is None or each.fraction == Fraction(each.points) / Fraction(each.max_points)


@given(gradings(), entries())
def test_points_of_held_lessons_are_told_nowhere(grading, given_entries):
    secret = [each._replace(points=Decimal(7)) if each.held else each for each in given_entries]

    assert total(grading, secret) == total(grading, given_entries)


@settings(max_examples=300)
@given(st.fractions(min_value=0, max_value=3), st.integers(0, 4))
def test_percents_are_rounded_half_up(fraction, decimals):
    # Enough digits that only an exact half is one.
    exact = (Decimal(fraction.numerator * 100 * 10**40 // fraction.denominator)).scaleb(-40)

    assert percent(fraction, decimals) == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def test_the_set_is_dropped_that_is_best_and_not_the_lowest_result():
    grading = Grading(categories=(Category("a", "A", Decimal(1), drop_lowest=1),))
    given_entries = [
        Entry(name, Decimal(points), Decimal(most), category_id="a")
        for name, points, most in (("x", 4, 10), ("y", 30, 100), ("z", 10, 10))
    ]

    found = total(grading, given_entries)

    assert found.fraction == Fraction(7, 10)
    assert [each.part for each in found.lessons] == [Part.COUNTED, Part.DROPPED, Part.COUNTED]


def test_of_equal_results_the_later_is_dropped():
    grading = Grading(categories=(Category("a", "A", Decimal(1), drop_lowest=2),))
    same = [Entry(str(number), Decimal(5), Decimal(10), category_id="a") for number in range(4)]

    assert [each.part.value for each in total(grading, same).lessons] == ["counted", "counted", "dropped", "dropped"]


def test_one_result_always_counts():
    grading = Grading(categories=(Category("a", "A", Decimal(1), drop_lowest=3),))

    assert total(grading, [Entry("x", Decimal(3), Decimal(4), category_id="a")]).fraction == Fraction(3, 4)


def test_extra_credit_can_exceed_the_whole():
    given_entries = [Entry("x", Decimal(9), Decimal(10)), Entry("y", Decimal(2), Decimal(5), extra_credit=True)]

    assert total(Grading(), given_entries).percent == 110


@pytest.mark.parametrize(
    ("missing", "fraction", "part"),
    [(Missing.IGNORE, Fraction(1), Part.UNGRADED), (Missing.ZERO_AFTER_DUE, Fraction(1, 2), Part.MISSING)],
)
def test_what_is_missing_counts_as_the_settings_say(missing, fraction, part):
    found = total(
        Grading(missing=missing), [Entry("x", Decimal(4), Decimal(4)), Entry("y", None, Decimal(4), missing=True)]
    )

    assert (found.fraction, found.lessons[1].part, found.marked) == (fraction, part, 1)


def test_a_label_and_passing_follow_the_exact_fraction():
    grading = Grading(
        pass_fraction=Decimal("0.6"), scale=(Band("A", Decimal("0.6")), Band("B", Decimal(0))), decimals=0
    )

    found = total(grading, [Entry("x", Decimal("59.9"), Decimal(100))])

    assert (found.percent, found.label, found.passed) == (60, "B", False)
    assert reaches(Fraction(3, 5), Decimal("0.6"))
