"""The progress of a group's members in the courses that the group is given, for its staff."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict

from learnstream.documents import CourseProgress
from learnstream.documents.projection import Projection
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import group_members, groups
from learnstream.stores.budget import request_budget
from learnstream.stores.keyset import Found, Part, read
from learnstream.stores.sql import db

BATCH = 500
COLUMNS = ("user_id", "name", "email", "course_id", "course_title", "fraction", "completed_at", "last_active_at")


class Figures(TypedDict):
    """What is shown of a member's progress in a course."""

    _id: str
    fraction: float
    completed_at: datetime | None
    last_active_at: datetime | None


FIGURES = Projection(CourseProgress, Figures)
NO_FIGURES = {"fraction": 0.0, "completed_at": None, "last_active_at": None}


def browse(group_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of a group's members by name, each with the progress in all its courses.

    Raises:
        NoSuchGroup: it does not exist.
    """
    found = group_members.browse(group_id, part=part)
    return found.showing(_with_progress(found.entries, groups.course_ids(group_id)))


def export(group_id: int) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each member and course, with the columns `COLUMNS`, in batches that have a time budget each.

    Raises:
        NoSuchGroup: it does not exist.
    """
    course_ids = groups.course_ids(group_id)
    cards = catalogue.cards(course_ids)
    titles = {course_id: card["title"] for course_id, card in cards.items()}
    part = Part(BATCH)
    while True:
        with request_budget():
            found = browse(group_id, part=part)
            # A slow client must not keep a transaction open.
            db.session.rollback()
        for member in found.entries:
            yield from (_row(member, progress, titles) for progress in member["courses"])
        if found.position is None:
            return
        part = Part(BATCH, after=read(found.position))


def _with_progress(members: Sequence[dict[str, Any]], course_ids: Sequence[str]) -> list[dict[str, Any]]:
    keys = [f"{member['user_id']}:{course_id}" for member in members for course_id in course_ids]
    figures = {each["_id"]: each for each in FIGURES.find({"_id": {"$in": keys}})} if keys else {}
    return [
        member
        | {"courses": [_cell(course_id, figures.get(f"{member['user_id']}:{course_id}")) for course_id in course_ids]}
        for member in members
    ]


def _cell(course_id: str, figures: Figures | None) -> dict[str, Any]:
    shown = {name: figures[name] for name in NO_FIGURES} if figures else NO_FIGURES  # type: ignore[literal-required]
    return {"course_id": course_id, **shown}


def _row(member: dict[str, Any], progress: dict[str, Any], titles: dict[str, str]) -> tuple[Any, ...]:
    course_id = progress["course_id"]
    person = (member["user_id"], member["name"], member["email"])
    return (*person, course_id, titles.get(course_id, ""), *(progress[name] for name in NO_FIGURES))
