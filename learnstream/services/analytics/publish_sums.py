"""Sums of learners' course records under two outlines, computed by MongoDB."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypedDict

from learnstream.documents import CourseProgress
from learnstream.documents.projection import Projection
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Syllabus
from learnstream.services.learning import rule_changes
from learnstream.stores.mongo import Expression


class Shown(NamedTuple):
    """The parts of a lesson that determine progress: the video it shows, and its completion rule."""

    video_id: str | None
    completion: Completion


Outline = Mapping[str, Shown]  # by lesson id
Sums = tuple[float, int]  # the sum of the shares of an outline's lessons, and the number of completed ones


class SummedVersion(TypedDict):
    version: int


VERSIONS = Projection(CourseProgress, SummedVersion)
# What a summary of a lesson record has if a rule is fulfilled.
EVIDENCE = {Rule.OPENED: "b", Rule.SUBMITTED: "u"}
NOTHING: tuple[Sums, Sums] = (0.0, 0), (0.0, 0)


def outline_of(version: Syllabus) -> Outline:
    """Return the outline of a version."""
    return {lesson.id: Shown(lesson.video_id, lesson.completion) for lesson in version.lessons}


def differences(one: Outline, other: Outline) -> list[str]:
    """Return the lessons that only one outline has, or whose video or completion rule differs."""
    return [each for each in {**one, **other} if one.get(each) != other.get(each)]


def compute(
    course_id: str, number: int, user_ids: list[int], before: Outline, after: Outline
) -> dict[int, tuple[Sums, Sums]]:
    """Return learners' sums under two outlines. Their records are sums under a version, mostly the enrollment's."""
    found = _sums_under(course_id, number, user_ids, before, after)
    if rest := [user_id for user_id in user_ids if user_id not in found]:
        for version in _versions_of(course_id, rest):
            found |= _sums_under(course_id, version, rest, before, after)
    return found


def _versions_of(course_id: str, user_ids: list[int]) -> set[int]:
    """Return the versions under which these learners' records were summed: they were moved a moment ago."""
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    return {each["version"] for each in VERSIONS.find({"_id": {"$in": ids}})}


def _sums_under(
    course_id: str, version: int, user_ids: list[int], before: Outline, after: Outline
) -> dict[int, tuple[Sums, Sums]]:
    base = outline_of(syllabus.get(course_id, version))
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    fields = {
        "user_id": 1,
        **_sums_expression("before", base, before, moved=False),
        **_sums_expression("after", base, after, moved=True),
    }
    pipeline = [{"$match": {"_id": {"$in": ids}, "version": version}}, {"$project": fields}]
    found = CourseProgress.collection().aggregate(pipeline, batchSize=len(ids) + 1)
    return {each["user_id"]: (tuple(each["before"]), tuple(each["after"])) for each in found}


# MongoDB's expressions: the sums of a record under its own version, plus the gains by another outline.


def _sums_expression(name: str, base: Outline, side: Outline, *, moved: bool) -> dict[str, list[Expression]]:
    """moved: whether the learner moves to that outline, whose rules are then applied to what they have done."""
    lesson_ids = differences(base, side)
    return {
        name: [
            {"$add": ["$shares", *_gains(lesson_ids, base, side, _share, moved)]},
            {"$add": ["$completed_count", *_gains(lesson_ids, base, side, _count, moved)]},
        ]
    }


def _gains(
    lesson_ids: Sequence[str],
    base: Outline,
    side: Outline,
    value: Callable[[str, Shown, bool], Expression],
    moved: bool,
) -> Iterator[Expression]:
    for lesson_id in lesson_ids:
        if lesson_id in side:
            yield value(lesson_id, side[lesson_id], moved)
        if lesson_id in base:
            yield {"$multiply": [-1, value(lesson_id, base[lesson_id], False)]}


def _share(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    """See `LessonStanding.share`."""
    return {"$cond": [_is_completed(lesson_id, shown, moved), 1, {"$min": [1, _watched(lesson_id, shown)]}]}


def _count(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    return {"$cond": [_is_completed(lesson_id, shown, moved), 1, 0]}


def _watched(lesson_id: str, shown: Shown) -> Expression | int:
    return {"$ifNull": [f"$lessons.{lesson_id}.v.{shown.video_id}", 0]} if shown.video_id else 0


def _is_completed(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    """See `rule_changes.may_complete`."""
    recorded: Expression = {"$gt": [f"$lessons.{lesson_id}.c", None]}
    rule = shown.completion.rule
    if moved and rule is Rule.WATCHED:
        threshold = (shown.completion.threshold or 0) - rule_changes.ROUNDING
        return {"$or": [recorded, {"$gte": [_watched(lesson_id, shown), threshold]}]}
    if moved and (name := EVIDENCE.get(rule)):
        return {"$or": [recorded, {"$gt": [f"$lessons.{lesson_id}.{name}", None]}]}
    return recorded
