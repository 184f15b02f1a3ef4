"""How a total comes about, in words: sentences about lessons, categories and the whole."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from learnstream.services.grades import gradebook
from learnstream.services.grades.entries import Mark
from learnstream.services.grades.gradebook import CategoryTotal, Part, Total
from learnstream.services.grades.grading import Band, Grading
from learnstream.services.grades.records import Record

LESSONS = {
    Part.COUNTED: "{points} of {most} points count.",
    Part.MISSING: "Nothing was handed in before the deadline: it counts as 0 of {most} points.",
    Part.EXTRA_CREDIT: "Extra credit: {points} points are added to those earned, and nothing to the maximum.",
    Part.DROPPED: "{points} of {most} points, left out: of all results that could be left out, the total is highest "
    "without these.",
    Part.EXCUSED: "Excused: it counts neither for nor against the total.",
    Part.HELD: "Results are not released yet: it does not count so far.",
    Part.OUTSIDE: "It is in no category and does not count.",
    Part.WORTHLESS: "There are no points to earn: it does not count.",
}
ANONYMOUS = "It is marked anonymously, and hidden until it is released: it does not count so far."
AWAITING = "Handed in and not marked yet: it does not count so far."
NOT_HANDED_IN = "Nothing was handed in: it does not count so far."
MISSED = "Nothing was handed in before the deadline: it does not count."
OVERRIDDEN = "The points were set by the course's staff."
NOTHING = "Nothing counts yet."
UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def lesson(mark: Mark, part: Part) -> str:
    """Return what a lesson contributes to the total, and why."""
    return " ".join(_of_lesson(mark, part))


def _of_lesson(mark: Mark, part: Part) -> Iterator[str]:
    if mark.anonymous:
        yield ANONYMOUS
        return
    if part is Part.UNGRADED:
        yield AWAITING if mark.handed_in else MISSED if mark.entry.missing else NOT_HANDED_IN
        return
    if mark.late:
        yield _lateness(mark.late)
    if mark.overridden:
        yield OVERRIDDEN
    yield LESSONS[part].format(points=number(mark.entry.points or Decimal(0)), most=number(mark.entry.max_points))


def _lateness(record: Record) -> str:
    late = f"Handed in {_duration(record.late_seconds)} late"
    if not record.penalty:
        return f"{late}, which takes nothing."
    return f"{late}, which takes {number(record.penalty)}% of {number(record.raw_points or Decimal(0))} points."


def category(found: CategoryTotal, title: str, decimals: int) -> str:
    """Return the sums of a category, and its weight."""
    if found.fraction is None:
        return f"{title}: nothing counts yet, so its weight is shared by the other categories."
    share = number(gradebook.percent(found.weight, decimals))
    return f"{title}: {_points(found, decimals)}, with {share}% of the weight."


def total(found: Total, settings: Grading) -> list[str]:
    """Return how the total follows from what counts, and what it comes to."""
    if found.fraction is None:
        return [NOTHING]
    if not settings.categories:
        return [f"{_points(found.categories[0], settings.decimals)}.".capitalize(), *_verdicts(found, settings)]
    return [_sum(found, settings.decimals), *_verdicts(found, settings)]


def _points(found: CategoryTotal, decimals: int) -> str:
    percent = number(gradebook.percent(found.fraction or Fraction(0), decimals))
    return f"{number(found.points)} of {number(found.max_points)} points are {percent}%"


def _sum(found: Total, decimals: int) -> str:
    """Return the weighted sum of the categories that have a weight."""
    parts = [
        f"{number(gradebook.percent(each.weight, decimals))}% of {number(gradebook.percent(each.fraction, decimals))}%"
        for each in found.categories
        if each.fraction is not None and each.weight
    ]
    return f"{_listed(parts)} {'make' if len(parts) > 1 else 'makes'} {number(found.percent or Decimal(0))}%."


def _verdicts(found: Total, settings: Grading) -> Iterator[str]:
    percent, exact = found.percent or Decimal(0), found.fraction or Fraction(0)
    if found.label is not None:
        yield f"That is “{found.label}”."
    if missed := _rounded_up_to(percent, exact, settings.scale):
        yield f"Before it is rounded, it is just short of {number(missed.at_least * 100)}% and “{missed.label}”."
    needed = settings.pass_fraction * 100
    short = ", and it is just short of that" if not found.passed and percent >= needed else ""
    yield f"The course is {'passed' if found.passed else 'not passed'}: {number(needed)}% are needed{short}."


def _rounded_up_to(percent: Decimal, exact: Fraction, scale: Sequence[Band]) -> Band | None:
    """Return the label that the percentage as it is shown reaches, and the exact one does not."""
    return next(
        (band for band in scale if percent >= band.at_least * 100 and not gradebook.reaches(exact, band.at_least)),
        None,
    )


def number(value: Decimal) -> str:
    """Return a number without zeros that say nothing."""
    return f"{value.normalize():f}" if value else "0"


def _duration(seconds: int) -> str:
    """Return a duration in the largest unit that it has, rounded up."""
    late = timedelta(seconds=seconds)
    name, unit = next(((name, unit) for name, unit in UNITS if late >= unit), UNITS[-1])
    count = -(-late // unit)
    return f"{count} {name}{'' if count == 1 else 's'}"


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
