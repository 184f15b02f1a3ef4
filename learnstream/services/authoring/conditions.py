"""What has to happen before a lesson opens to a learner: prerequisites and release dates, as an outline states them.

A module's conditions hold for each of its lessons, besides their own. Prerequisites name lessons, or modules, which
stand for all of their lessons.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any

from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import PrerequisiteCircle
from learnstream.policies.gates import Gate, Need, Release, Step
from learnstream.services.authoring import completion_rules

Module = dict[str, Any]
NONE: dict[str, Any] = {"prerequisites": [], "release": None}


def stated(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the conditions that a module, or an entry of its `conditions`, states itself."""
    return {name: entry.get(name) or nothing for name, nothing in NONE.items()}


def to_stored(module: Module) -> dict[str, Any]:
    """Return the conditions of a module and its lessons, as they are stored, from what an author sent."""
    return _tidy(module) | {
        "conditions": [
            {"lesson_id": ObjectId(entry["lesson_id"]), **_tidy(entry)}
            for entry in module.get("conditions", [])
            if stated(entry) != NONE
        ]
    }


def _tidy(entry: dict[str, Any]) -> dict[str, Any]:
    return stated(entry) | {"prerequisites": list(dict.fromkeys(entry.get("prerequisites", [])))}


def by_lesson(module: Module) -> dict[ObjectId, dict[str, Any]]:
    """Return what single lessons of a draft's module ask for, by their ids."""
    return {entry["lesson_id"]: stated(entry) for entry in module.get("conditions", [])}


def validate(modules: list[Module]) -> None:
    """Check the conditions of a whole outline, as it is about to be stored.

    Raises:
        Unprocessable: they name what is not in the outline, or a lesson twice or in another module than its own.
        PrerequisiteCircle: a lesson would wait for itself; `circle` names the way round.
    """
    _require_own_lessons(modules)
    known = {name for module in modules for name in (module["id"], *map(str, module["lesson_ids"]))}
    wanted = {name for module in modules for entry in _entries(module) for name in entry["prerequisites"]}
    if unknown := wanted - known:
        _complain("prerequisites", f"Not in this outline: {', '.join(sorted(unknown))}.")
    _require_no_circle(modules)


def _entries(module: Module) -> Iterator[dict[str, Any]]:
    yield module
    yield from module["conditions"]


def _require_own_lessons(modules: list[Module]) -> None:
    for module in modules:
        own, named = set(module["lesson_ids"]), Counter(entry["lesson_id"] for entry in module["conditions"])
        if strange := [str(each) for each, times in named.items() if each not in own or times > 1]:
            _complain("conditions", f"Not in this module, or twice: {', '.join(strange)}.")


def _complain(field: str, message: str) -> None:
    raise Unprocessable(errors={"json": {"modules": {field: [message]}}})


# A module is two nodes: to enter it, its own prerequisites are needed; to have completed it, all of its lessons.
ENTERED, COMPLETED = "entered", "completed"
Node = tuple[str, str]


def _require_no_circle(modules: list[Module]) -> None:
    try:
        TopologicalSorter(_graph(modules)).prepare()
    except CycleError as error:
        # The sorter goes from what is needed to what needs it; people ask what a lesson waits for.
        circle = list(dict.fromkeys(name for _, name in reversed(error.args[1])))
        message = f"A circle: {' needs '.join([*circle, circle[0]])}."
        raise PrerequisiteCircle(errors={"json": {"modules": {"prerequisites": [message]}}}, circle=circle) from None


def _graph(modules: list[Module]) -> dict[Node, Collection[Node]]:
    graph: dict[Node, Collection[Node]] = {}
    for module in modules:
        lessons = {str(lesson_id) for lesson_id in module["lesson_ids"]}
        own = by_lesson(module)
        graph[ENTERED, module["id"]] = _needed(module)
        graph[COMPLETED, module["id"]] = {(COMPLETED, lesson_id) for lesson_id in lessons}
        for lesson_id in lessons:
            graph[COMPLETED, lesson_id] = {(ENTERED, module["id"]), *_needed(own.get(ObjectId(lesson_id), NONE))}
    return graph


def _needed(entry: dict[str, Any]) -> set[Node]:
    return {(COMPLETED, name) for name in entry["prerequisites"]}


# A version's modules, as plain values: ids and instants are text.
Published = dict[str, Any]
Targets = dict[str, tuple[str, str, tuple[Step, ...]]]


def gates(modules: list[Published]) -> dict[str, Gate]:
    """Return what opens each lesson of a published version, by the lessons' ids."""
    # Most courses ask for nothing.
    asks = any(entry.get("prerequisites") for module in modules for entry in (module, *module["lessons"]))
    targets = _targets(modules) if asks else {}
    return {lesson["id"]: _gate(module, lesson, targets) for module in modules for lesson in module["lessons"]}


def _targets(modules: list[Published]) -> Targets:
    """Return what prerequisites may name, by id: kind, title and lessons."""
    found: Targets = {}
    for module in modules:
        steps = [_step(lesson) for lesson in module["lessons"]]
        found[module["id"]] = ("module", module["title"], tuple(steps))
        found |= {step.id: ("lesson", step.title, (step,)) for step in steps}
    return found


def _step(lesson: Published) -> Step:
    threshold = completion_rules.resolve(LessonKind(lesson["kind"]), lesson["completion"]).threshold
    return Step(lesson["id"], lesson["title"], lesson["video_id"], threshold)


def _gate(module: Published, lesson: Published, targets: Targets) -> Gate:
    owners = (module, lesson)
    return Gate(
        lesson_id=lesson["id"],
        module_id=module["id"],
        releases=tuple(_release(owner["id"], owner["release"]) for owner in owners if owner.get("release")),
        # A lesson that a crash left named, though it was deleted, is no longer waited for.
        needs=tuple(
            Need(owner["id"], kind=targets[name][0], id=name, title=targets[name][1], steps=targets[name][2])
            for owner in owners
            for name in owner.get("prerequisites") or ()
            if name in targets
        ),
    )


def _release(owner: str, release: Published) -> Release:
    at = release.get("at")
    return Release(owner, at=datetime.fromisoformat(at) if at else None, after_days=release.get("after_days"))
