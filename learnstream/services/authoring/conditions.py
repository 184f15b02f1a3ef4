"""Conditions under which a lesson opens to a learner: the prerequisites and release dates stated in an outline.

A module's conditions apply to each of its lessons in addition to their own. A prerequisite is a lesson or a module; a
module stands for all of its lessons.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents import LessonKind
from learnstream.documents.course import Conditions, LessonConditions, Module
from learnstream.documents.lesson import Completion
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import PrerequisiteCircle
from learnstream.policies.gates import Gate, Need, Step
from learnstream.policies.gates import Release as GateRelease
from learnstream.services.authoring import completion_rules

NONE: Conditions = {"prerequisites": [], "release": None}


def stated(entry: Conditions) -> Conditions:
    """Return the own conditions of a module, or of an entry of its `conditions`."""
    return {"prerequisites": entry["prerequisites"] or [], "release": entry["release"] or None}


def to_stored(own: Conditions) -> Conditions:
    """Return conditions as they are stored, without duplicates."""
    return {"prerequisites": list(dict.fromkeys(own["prerequisites"])), "release": own["release"]}


def of_lessons(entries: Iterable[LessonConditions]) -> list[LessonConditions]:
    """Return the conditions of a module's lessons as they are stored: those of lessons that have any."""
    return [
        {"lesson_id": ObjectId(entry["lesson_id"]), **to_stored(entry)} for entry in entries if stated(entry) != NONE
    ]


def by_lesson(module: Module) -> dict[ObjectId, Conditions]:
    """Return the lessons' own conditions in a draft's module, by lesson id."""
    return {entry["lesson_id"]: stated(entry) for entry in module["conditions"]}


def validate(modules: list[Module]) -> None:
    """Validate the conditions of a whole outline before it is stored.

    Raises:
        Unprocessable: an id is not in the outline, or a lesson is named twice or in a module it is not part of.
        PrerequisiteCircle: a lesson would require itself; `circle` lists the ids on the cycle.
    """
    _require_own_lessons(modules)
    known = {name for module in modules for name in (module["id"], *map(str, module["lesson_ids"]))}
    wanted = {name for module in modules for entry in _entries(module) for name in entry["prerequisites"]}
    if unknown := wanted - known:
        _raise_invalid("prerequisites", f"Not in this outline: {', '.join(sorted(unknown))}.")
    _require_acyclic(modules)


def _entries(module: Module) -> Iterator[Conditions]:
    yield module
    yield from module["conditions"]


def _require_own_lessons(modules: list[Module]) -> None:
    for module in modules:
        own, named = set(module["lesson_ids"]), Counter(entry["lesson_id"] for entry in module["conditions"])
        if invalid := [str(each) for each, times in named.items() if each not in own or times > 1]:
            _raise_invalid("conditions", f"Not in this module, or listed twice: {', '.join(invalid)}.")


def _raise_invalid(field: str, message: str) -> None:
    raise Unprocessable(errors={"json": {"modules": {field: [message]}}})


# A module is two nodes: entering it requires its own prerequisites, completing it requires all of its lessons.
ENTERED, COMPLETED = "entered", "completed"
Node = tuple[str, str]


def _require_acyclic(modules: list[Module]) -> None:
    try:
        TopologicalSorter(_graph(modules)).prepare()
    except CycleError as error:
        # The sorter lists a prerequisite before its dependents; the message reads from dependent to prerequisite.
        circle = list(dict.fromkeys(name for _, name in reversed(error.args[1])))
        message = f"Circular prerequisites: {' requires '.join([*circle, circle[0]])}."
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


def _needed(entry: Conditions) -> set[Node]:
    return {(COMPLETED, name) for name in entry["prerequisites"]}


# Modules and lessons of a version as plain values: ids and times are strings.
class PlainRelease(TypedDict):
    at: NotRequired[str]
    after_days: NotRequired[int]


class PlainConditions(TypedDict):
    id: str
    title: str
    prerequisites: list[str] | None
    release: PlainRelease | None


class PlainLesson(PlainConditions):
    kind: str
    free_preview: bool
    video_id: str | None
    document_id: str | None
    quiz_id: str | None
    assignment_id: str | None
    completion: Completion | None


class PlainModule(PlainConditions):
    lessons: list[PlainLesson]


class PlainOutline(TypedDict):
    """The modules of a version; `needs_grade`: completing it takes a grade, too.

    `books` are the ids of those to read, each with whether it is required.
    """

    modules: list[PlainModule]
    needs_grade: bool
    books: list[tuple[str, bool]]


Targets = dict[str, tuple[str, str, tuple[Step, ...]]]


def gates(modules: list[PlainModule]) -> dict[str, Gate]:
    """Return the gate of each lesson of a published version, by lesson id."""
    # Most courses have no prerequisites.
    has_any = any(entry["prerequisites"] for module in modules for entry in (module, *module["lessons"]))
    targets = _targets(modules) if has_any else {}
    return {lesson["id"]: _gate(module, lesson, targets) for module in modules for lesson in module["lessons"]}


def _targets(modules: list[PlainModule]) -> Targets:
    """Return the possible prerequisites by id: kind, title and lessons."""
    found: Targets = {}
    for module in modules:
        steps = [_step(lesson) for lesson in module["lessons"]]
        found[module["id"]] = ("module", module["title"], tuple(steps))
        found |= {step.id: ("lesson", step.title, (step,)) for step in steps}
    return found


def _step(lesson: PlainLesson) -> Step:
    threshold = completion_rules.resolve(LessonKind(lesson["kind"]), lesson["completion"]).threshold
    return Step(lesson["id"], lesson["title"], lesson["video_id"], threshold)


def _gate(module: PlainModule, lesson: PlainLesson, targets: Targets) -> Gate:
    owners: tuple[PlainConditions, ...] = (module, lesson)
    return Gate(
        lesson_id=lesson["id"],
        module_id=module["id"],
        releases=tuple(_release(owner["id"], owner["release"]) for owner in owners if owner["release"]),
        # Skip a deleted lesson that is still named because of a crash.
        needs=tuple(
            Need(owner["id"], kind=targets[name][0], id=name, title=targets[name][1], steps=targets[name][2])
            for owner in owners
            for name in owner["prerequisites"] or ()
            if name in targets
        ),
    )


def _release(owner: str, release: PlainRelease) -> GateRelease:
    at = release.get("at")
    return GateRelease(owner, at=datetime.fromisoformat(at) if at else None, after_days=release.get("after_days"))
