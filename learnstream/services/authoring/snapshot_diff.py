"""The diff of two snapshots of a course: a version, the draft as it would be published, or the empty snapshot.

Lessons and modules are matched by id. A lesson's text is compared where it may differ, by its length and digest.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents.course import Conditions
from learnstream.documents.course_version import VersionLesson, VersionModule
from learnstream.documents.lesson import WholeContent
from learnstream.documents.projection import names_of
from learnstream.services.authoring import completion_rules, conditions
from learnstream.services.quizzes.summaries import ShownQuizzes


class Snapshot(TypedDict):
    """A course as it was or would be published; `course` is its `Metadata` with its `grading` and `reading_list`, or empty.

    `quizzes` are those of a draft, which are not stored as they would be published.
    """

    course: Mapping[str, object]
    modules: list[VersionModule]
    quizzes: NotRequired[ShownQuizzes]


class Text(TypedDict):
    """A text by its length and digest, with the text itself if it is requested."""

    characters: int
    digest: str
    text: NotRequired[str]


Texts = Mapping[ObjectId, Text]  # by `version_id`


class FieldChange(TypedDict):
    field: str
    before: Any
    after: Any


class ModuleChange(TypedDict):
    """`before` and `after` are the module's positions."""

    id: str
    title: str
    change: str
    moved: bool
    before: int | None
    after: int | None
    fields: list[FieldChange]


class LessonPlace(TypedDict):
    module_id: str
    module_title: str
    position: int


class LessonChange(TypedDict):
    id: ObjectId
    title: str
    kind: str
    change: str
    moved: bool
    video_replaced: bool
    document_replaced: bool
    quiz_replaced: bool
    assignment_replaced: bool
    before: LessonPlace | None
    after: LessonPlace | None
    fields: list[FieldChange]


class Changes(TypedDict):
    """The changes of a course's metadata, modules and lessons, and their counts by kind."""

    course: list[FieldChange]
    modules: list[ModuleChange]
    lessons: list[LessonChange]
    counts: dict[str, int]


ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOTHING: Snapshot = {"course": {}, "modules": []}
NO_TEXTS: Texts = {}
# The kind of a lesson cannot change, and what it shows is described.
CONTENT = (
    name
    for name in names_of(WholeContent)
    if name not in {"kind", "video_id", "document_id", "quiz_id", "assignment_id"}
)
LESSON = (*CONTENT, *names_of(Conditions), "video", "document", "quiz", "assignment")
MODULE = ("title", *names_of(Conditions))


def compare(before: Snapshot, after: Snapshot, texts: Texts = NO_TEXTS) -> Changes:
    """Return the changes from one snapshot to another."""
    course = differences(before["course"], after["course"], [*{**after["course"], **before["course"]}])
    modules = list(_modules(before["modules"], after["modules"]))
    lessons = list(_lessons(before["modules"], after["modules"], texts))
    counts = {"course_fields": len(course), **_counts("modules", modules), **_counts("lessons", lessons)}
    counts["videos_replaced"] = sum(lesson["video_replaced"] for lesson in lessons)
    counts["documents_replaced"] = sum(lesson["document_replaced"] for lesson in lessons)
    counts["quizzes_replaced"] = sum(lesson["quiz_replaced"] for lesson in lessons)
    counts["assignments_replaced"] = sum(lesson["assignment_replaced"] for lesson in lessons)
    return {"course": course, "modules": modules, "lessons": lessons, "counts": counts}


def differences(before: Mapping[str, object], after: Mapping[str, object], names: Sequence[str]) -> list[FieldChange]:
    """Return the fields whose values differ."""
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def entries(modules: list[VersionModule]) -> dict[ObjectId, VersionLesson]:
    """Return an outline's lessons by id, in order."""
    return {lesson["id"]: lesson for module in modules for lesson in module["lessons"]}


def _counts(name: str, changes: Sequence[ModuleChange | LessonChange]) -> dict[str, int]:
    kinds = [change["change"] for change in changes]
    return {
        **{f"{name}_{kind}": kinds.count(kind) for kind in (ADDED, REMOVED, CHANGED)},
        f"{name}_moved": sum(change["moved"] for change in changes),
    }


def _modules(before: list[VersionModule], after: list[VersionModule]) -> Iterator[ModuleChange]:
    old, new = ({module["id"]: module for module in side} for side in (before, after))
    places = [{module_id: place for place, module_id in enumerate(side, start=1)} for side in (old, new)]
    moved = _out_of_order([*old], [*new])
    for module_id in {**new, **old}:
        prior, current = old.get(module_id), new.get(module_id)
        fields = differences(prior or {}, current or {}, MODULE)
        change = _change(prior, current, differs=fields or module_id in moved)
        if change and (named := current or prior):
            yield {
                "id": module_id,
                "title": named["title"],
                "change": change,
                "moved": module_id in moved,
                "before": places[0].get(module_id),
                "after": places[1].get(module_id),
                "fields": fields if change == CHANGED else [],
            }


def _lessons(before: list[VersionModule], after: list[VersionModule], texts: Texts) -> Iterator[LessonChange]:
    old, new = entries(before), entries(after)
    places = _places(before), _places(after)
    moved = _moved_lessons(before, after)
    for lesson_id in {**new, **old}:
        prior, current = old.get(lesson_id), new.get(lesson_id)
        fields = differences(_comparable(prior, texts), _comparable(current, texts), LESSON)
        change = _change(prior, current, differs=fields or lesson_id in moved)
        if change and (named := current or prior):
            yield {
                "id": lesson_id,
                "title": named["title"],
                "kind": named["kind"],
                "change": change,
                "moved": lesson_id in moved,
                "video_replaced": change == CHANGED and _is_replaced("video", fields),
                "document_replaced": change == CHANGED and _is_replaced("document", fields),
                "quiz_replaced": change == CHANGED and _is_replaced("quiz", fields),
                "assignment_replaced": change == CHANGED and _is_replaced("assignment", fields),
                "before": places[0].get(lesson_id),
                "after": places[1].get(lesson_id),
                "fields": fields if change == CHANGED else [],
            }


def _change(prior: object | None, current: object | None, *, differs: object) -> str | None:
    if prior is None:
        return ADDED
    if current is None:
        return REMOVED
    return CHANGED if differs else None


def _comparable(lesson: VersionLesson | None, texts: Texts) -> Mapping[str, object]:
    if lesson is None:
        return {}
    return {
        **lesson,
        **conditions.stated(lesson),
        # The resolved rule: stating the default of a kind explicitly is not a change.
        "completion": completion_rules.describe(lesson),
        "video": lesson["video_id"],
        "document": lesson["document_id"],
        "quiz": lesson["quiz_id"],
        "assignment": lesson["assignment_id"],
        "body": texts.get(lesson["version_id"]),
    }


def _is_replaced(name: str, fields: list[FieldChange]) -> bool:
    return any(field["field"] == name and field["before"] is not None for field in fields)


def _places(modules: list[VersionModule]) -> dict[ObjectId, LessonPlace]:
    return {
        lesson["id"]: {"module_id": module["id"], "module_title": module["title"], "position": position}
        for module in modules
        for position, lesson in enumerate(module["lessons"], start=1)
    }


def _moved_lessons(before: list[VersionModule], after: list[VersionModule]) -> set[ObjectId]:
    """Return the lessons that are now in another module, or at another position among those that stayed in theirs."""
    old = {module["id"]: [lesson["id"] for lesson in module["lessons"]] for module in before}
    new = {module["id"]: [lesson["id"] for lesson in module["lessons"]] for module in after}
    old_module = {lesson_id: module_id for module_id, lesson_ids in old.items() for lesson_id in lesson_ids}
    changed_module = {
        lesson_id
        for module_id, lesson_ids in new.items()
        for lesson_id in lesson_ids
        if old_module.get(lesson_id, module_id) != module_id
    }
    return changed_module.union(*(_out_of_order(old.get(each, []), new[each]) for each in new))


def _out_of_order(before: Sequence[Any], after: Sequence[Any]) -> set[Any]:
    """Return a smallest set of items to move to get from one order to the other, ignoring added and removed items."""
    positions = {each: position for position, each in enumerate(before)}
    common = [each for each in after if each in positions]
    return set(common) - set(_longest_increasing(common, positions))


def _longest_increasing(items: Sequence[Any], positions: Mapping[Any, int]) -> list[Any]:
    """Return the longest increasing subsequence of items by position, in reverse (patience sorting)."""
    tops: list[int] = []  # the lowest position at which a subsequence of this length can end
    ends: list[Any] = []
    previous: dict[Any, Any] = {}
    for item in items:
        length = bisect_left(tops, positions[item])
        previous[item] = ends[length - 1] if length else None
        tops[length : length + 1], ends[length : length + 1] = [positions[item]], [item]
    found = []
    item = ends[-1] if ends else None
    while item is not None:
        found.append(item)
        item = previous[item]
    return found
