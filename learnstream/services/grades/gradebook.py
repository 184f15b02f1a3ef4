"""The gradebook: how a learner's total follows from their grades. A pure function; nothing is read or stored.

Points, weights and fractions in settings have at most four decimals, so that sums are exact as integers in units of
1/10,000, and ratios as fractions. Only what is shown is rounded, half up.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from learnstream.documents.grading import Missing
from learnstream.services.grades import dropping
from learnstream.services.grades.grading import Band, Category, Grading

UNITS = 10_000
ZERO = Decimal(0)
# Takes the place of the categories if the settings have none.
ALL = Category("", "", Decimal(1))


class Part(enum.StrEnum):
    """What a lesson contributes to the total, or why it does not.

    `MISSING` counts as zero; `EXTRA_CREDIT` adds its points and nothing to the maximum; `OUTSIDE` is in no category, and
    `WORTHLESS` has no points to earn.
    """

    COUNTED = "counted"
    MISSING = "missing"
    EXTRA_CREDIT = "extra_credit"
    DROPPED = "dropped"
    EXCUSED = "excused"
    HELD = "held"
    UNGRADED = "ungraded"
    OUTSIDE = "outside"
    WORTHLESS = "worthless"


ADDING = {Part.COUNTED, Part.MISSING, Part.EXTRA_CREDIT}


class Entry(NamedTuple):
    """What is known of a learner's grade in a lesson; `points` of None: there is none yet.

    missing: nothing was handed in, and the time for it is over. held: there may be a grade, which is hidden.
    """

    lesson_id: str
    points: Decimal | None
    max_points: Decimal
    excused: bool = False
    missing: bool = False
    held: bool = False
    category_id: str | None = None
    extra_credit: bool = False


class LessonPart(NamedTuple):
    """A lesson's part in a total; `points` of None: none, or a hidden one."""

    lesson_id: str
    part: Part
    points: Decimal | None
    max_points: Decimal


class CategoryTotal(NamedTuple):
    """A category's part in a total: the sums of what counts, of which `fraction` is None while nothing does.

    weight: its share of the total, from 0 to 1: categories in which nothing counts have none.
    """

    id: str
    points: Decimal
    max_points: Decimal
    fraction: Fraction | None
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Total:
    """A learner's total: `fraction`, exactly, and `percent`, as it is shown; both None while nothing counts.

    `label` is the best one of the scale that is reached. Without categories in the settings, `categories` has one
    whose id is empty. `lessons` are in the order of the entries. `marked` counts those with a grade, and the excused.
    """

    fraction: Fraction | None
    percent: Decimal | None
    label: str | None
    passed: bool | None
    categories: tuple[CategoryTotal, ...]
    lessons: tuple[LessonPart, ...]
    marked: int


class _Sum(NamedTuple):
    """The sums of a category, in units, and its weight."""

    points: int
    most: int
    weight: int


def total(settings: Grading, entries: Sequence[Entry]) -> Total:
    """Return the total of a learner's grades; `entries` are the graded lessons of the course, in its order."""
    categories = settings.categories or (ALL,)
    parts = [_part(entry, settings) for entry in entries]
    places = _places(settings, parts, entries)
    sums = [_sum(category, places[category.id], entries, parts) for category in categories]
    fraction = _weighted(sums)
    return Total(
        fraction=fraction,
        percent=None if fraction is None else percent(fraction, settings.decimals),
        label=None if fraction is None else label(settings.scale, fraction),
        passed=None if fraction is None else reaches(fraction, settings.pass_fraction),
        categories=_categories(categories, sums),
        lessons=tuple(map(_lesson, entries, parts)),
        marked=sum(not entry.held and (entry.excused or entry.points is not None) for entry in entries),
    )


def percent(fraction: Fraction, decimals: int) -> Decimal:
    """Return a fraction in percent as it is shown: rounded half up."""
    scale, most = 100 * 10**decimals, fraction.denominator
    return Decimal((2 * fraction.numerator * scale + most) // (2 * most)).scaleb(-decimals)


def label(scale: Iterable[Band], fraction: Fraction) -> str | None:
    """Return the label that a fraction reaches; None below all of them."""
    return next((band.label for band in scale if reaches(fraction, band.at_least)), None)


def reaches(fraction: Fraction, limit: Decimal) -> bool:
    """Return whether a fraction, before it is rounded, is at least the limit."""
    return fraction.numerator * UNITS >= _units(limit) * fraction.denominator


def _units(amount: Decimal) -> int:
    return int(amount * UNITS)


def _part(entry: Entry, settings: Grading) -> Part:
    """Return an entry's part before any is dropped."""
    if entry.held:
        return Part.HELD
    if entry.excused:
        return Part.EXCUSED
    if settings.categories and entry.category_id is None:
        return Part.OUTSIDE
    if not entry.max_points and not entry.extra_credit:
        return Part.WORTHLESS
    if entry.extra_credit:
        return Part.UNGRADED if entry.points is None else Part.EXTRA_CREDIT
    if entry.points is not None:
        return Part.COUNTED
    return Part.MISSING if entry.missing and settings.missing is Missing.ZERO_AFTER_DUE else Part.UNGRADED


def _places(settings: Grading, parts: Sequence[Part], entries: Sequence[Entry]) -> Mapping[str, list[int]]:
    """Return the places of the entries that add to each category."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        if part in ADDING:
            found[str(entries[place].category_id) if settings.categories else ALL.id].append(place)
    return found


def _sum(category: Category, places: Sequence[int], entries: Sequence[Entry], parts: list[Part]) -> _Sum:
    """Return the sums of a category, and mark in `parts` what it drops."""
    points = {place: _units(entries[place].points or ZERO) for place in places}
    extra = sum(points[place] for place in places if parts[place] is Part.EXTRA_CREDIT)
    regular = [place for place in places if parts[place] is not Part.EXTRA_CREDIT]
    scores = [(points[place], _units(entries[place].max_points)) for place in regular]
    kept = dropping.kept(scores, extra, category.drop_lowest)
    for place in {*range(len(regular))}.difference(kept):
        parts[regular[place]] = Part.DROPPED
    earned, most = dropping.sums(scores, kept, extra)
    return _Sum(earned, most, _units(category.weight))


def _weighted(sums: Iterable[_Sum]) -> Fraction | None:
    """Return the weighted mean of the categories in which something counts; None without any that has a weight."""
    # One fraction at the end: to reduce one for each category takes twice as long.
    points, most, weight = 0, 1, 0
    for each in sums:
        if each.most:
            points = points * each.most + each.points * each.weight * most
            most *= each.most
            weight += each.weight
    return Fraction(points, most * weight) if weight else None


def _categories(categories: Sequence[Category], sums: Sequence[_Sum]) -> tuple[CategoryTotal, ...]:
    weight = sum(each.weight for each in sums if each.most) or 1
    return tuple(
        CategoryTotal(
            category.id,
            _decimal(each.points),
            _decimal(each.most),
            Fraction(each.points, each.most) if each.most else None,
            Fraction(each.weight if each.most else 0, weight),
        )
        for category, each in zip(categories, sums, strict=True)
    )


def _lesson(entry: Entry, part: Part) -> LessonPart:
    return LessonPart(entry.lesson_id, part, None if entry.held else entry.points, entry.max_points)


def _decimal(units: int) -> Decimal:
    return Decimal(units).scaleb(-4)
