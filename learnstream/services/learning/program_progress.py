"""How far learners are in their programs."""

from statistics import fmean
from typing import Any, TypedDict

from learnstream.models.program import Program
from learnstream.services.delivery import catalogue
from learnstream.services.delivery.catalogue import Card
from learnstream.services.enrollment import program_members
from learnstream.services.learning import course_progress
from learnstream.stores.keyset import Found, Part


class Stage(TypedDict):
    """A course of a program, as a learner of the program sees it."""

    course_id: str
    course: Card | None
    open: bool
    completed: bool
    fraction: float


NOT_BEGUN = {"open": False, "completed": False, "fraction": 0.0}


def for_learner(user_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the programs that a user is enrolled in with their progress, the latest first."""
    found = program_members.of_user(user_id, part=part)
    course_ids = {course_id for program in found.entries for course_id in program.course_ids}
    stages = _stages(user_id, course_ids) if course_ids else {}
    return found.showing([_shown(program, [stages[each] for each in program.course_ids]) for program in found.entries])


def _stages(user_id: int, course_ids: set[str]) -> dict[str, Stage]:
    cards, begun = catalogue.cards(course_ids), course_progress.in_courses(user_id, course_ids)
    return {each: _stage(each, cards.get(each), begun.get(each, NOT_BEGUN)) for each in course_ids}


def _stage(course_id: str, card: Card | None, progress: Any) -> Stage:
    return {
        "course_id": course_id,
        "course": card,
        "open": progress["open"],
        "completed": progress["completed"],
        "fraction": progress["fraction"],
    }


def _shown(program: Program, stages: list[Stage]) -> dict[str, Any]:
    return {
        "id": program.id,
        "title": program.title,
        "description": program.description,
        "cover": program.cover,
        "sequential": program.sequential,
        "fraction": fmean(each["fraction"] for each in stages) if stages else 0.0,
        "completed_courses": sum(each["completed"] for each in stages),
        "course_count": len(stages),
        "courses": stages,
    }
