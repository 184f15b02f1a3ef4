"""The diff of two snapshots of a course: a version, the draft as it would be published, or the empty snapshot.

A snapshot is `{course, modules}` as described in `CourseVersion`, with `body` as a lesson's text where it may differ.
Lessons and modules are matched by id.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learnstream.services.authoring import completion_rules, conditions

Snapshot = dict[str, Any]
Entry = dict[str, Any]
Field = dict[str, Any]

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOTHING: Snapshot = {"course": {}, "modules": []}
LESSON = ("title", "summary", "body", "free_preview", "completion", "prerequisites", "release", "video")
MODULE = ("title", "prerequisites", "release")


def compare(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """Return the changes of a course's metadata, modules and lessons, with counts."""
    course = differences(before["course"], after["course"], [*{**after["course"], **before["course"]}])
    modules = list(_modules(before["modules"], after["modules"]))
    lessons = list(_lessons(before["modules"], after["modules"]))
    counts = {"course_fields": len(course), **_counts("modules", modules), **_counts("lessons", lessons)}
    counts["videos_replaced"] = sum(lesson["video_replaced"] for lesson in lessons)
    return {"course": course, "modules": modules, "lessons": lessons, "counts": counts}


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> list[Field]:
    """Return the fields whose values differ."""
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def entries(modules: list[Entry]) -> dict[Any, Entry]:
    """Return an outline's lessons by id, in order."""
    return {lesson["id"]: lesson for module in modules for lesson in module["lessons"]}


def _counts(name: str, changes: list[Entry]) -> dict[str, int]:
    kinds = [change["change"] for change in changes]
    return {
        **{f"{name}_{kind}": kinds.count(kind) for kind in (ADDED, REMOVED, CHANGED)},
        f"{name}_moved": sum(change["moved"] for change in changes),
    }


def _modules(before: list[Entry], after: list[Entry]) -> Iterator[Entry]:
    old, new = _by_id(before), _by_id(after)
    moved = _out_of_order([*old], [*new])
    for module_id in {**new, **old}:
        sides = old.get(module_id), new.get(module_id)
        fields = differences(sides[0] or {}, sides[1] or {}, MODULE)
        if change := _change(*sides, differs=fields or module_id in moved):
            yield {
                "id": module_id,
                "title": (sides[1] or sides[0] or {})["title"],
                "change": change,
                "moved": module_id in moved,
                "before": sides[0] and sides[0]["position"],
                "after": sides[1] and sides[1]["position"],
                "fields": fields if change == CHANGED else [],
            }


def _by_id(modules: list[Entry]) -> dict[str, Entry]:
    return {module["id"]: module | {"position": place} for place, module in enumerate(modules, start=1)}


def _lessons(before: list[Entry], after: list[Entry]) -> Iterator[Entry]:
    old, new = entries(before), entries(after)
    places = _places(before), _places(after)
    moved = _moved_lessons(before, after)
    for lesson_id in {**new, **old}:
        prior, current = old.get(lesson_id), new.get(lesson_id)
        fields = differences(_comparable(prior), _comparable(current), LESSON)
        change = _change(prior, current, differs=fields or lesson_id in moved)
        if change:
            yield {
                "id": lesson_id,
                "title": (current or prior or {})["title"],
                "kind": (current or prior or {})["kind"],
                "change": change,
                "moved": lesson_id in moved,
                "video_replaced": change == CHANGED and any(_is_replaced(field) for field in fields),
                "before": places[0].get(lesson_id),
                "after": places[1].get(lesson_id),
                "fields": fields if change == CHANGED else [],
            }


def _change(prior: Entry | None, current: Entry | None, *, differs: Any) -> str | None:
    if prior is None:
        return ADDED
    if current is None:
        return REMOVED
    return CHANGED if differs else None


def _comparable(lesson: Entry | None) -> Entry:
    if lesson is None:
        return {}
    # The resolved rule: stating the default of a kind explicitly is not a change.
    return (
        lesson
        | conditions.stated(lesson)
        | {"completion": completion_rules.describe(lesson), "video": lesson["video_id"]}
    )


def _is_replaced(field: Field) -> bool:
    return field["field"] == "video" and field["before"] is not None


def _places(modules: list[Entry]) -> dict[Any, Entry]:
    return {
        lesson["id"]: {"module_id": module["id"], "module_title": module["title"], "position": position}
        for module in modules
        for position, lesson in enumerate(module["lessons"], start=1)
    }


def _moved_lessons(before: list[Entry], after: list[Entry]) -> set[Any]:
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
