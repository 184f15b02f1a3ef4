"""Programs: creation, changes and lists. Changes of who has which of its courses follow in `program_seats` and `group_seats`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from learnstream.errors.programs import NoSuchProgram
from learnstream.models.program import Program, ProgramCourse
from learnstream.services.authoring import existing_courses
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import seat_requests
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.services.media import photos
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

BY_TITLE = Columns((func.lower(Program.title), Program.id))


def find(program_id: int, *, lock: bool = False, published: bool = False) -> Program:
    """Return a program, locked until the transaction ends if `lock`; only a published one if `published`.

    Raises:
        NoSuchProgram: there is none.
    """
    program = db.session.get(Program, program_id, with_for_update=True if lock else None, populate_existing=lock)
    if program is None or (published and not program.published):
        raise NoSuchProgram()
    return program


def browse(*, part: Part, published: bool | None = None) -> Found[Program]:
    """Return a part of the programs by title: all, or only those that are published or are not."""
    query = select(Program) if published is None else select(Program).where(Program.published.is_(published))
    return rows_of(query, BY_TITLE, part)


def described(program: Program) -> dict[str, Any]:
    """Return a program as everybody sees it, with summaries of its published courses in order."""
    cards = catalogue.cards(program.course_ids)
    courses = [{"id": each, **cards[each]} for each in program.course_ids if each in cards]
    names = ("id", "title", "description", "cover", "sequential")
    return {**{name: getattr(program, name) for name in names}, "courses": courses}


def create(*, by: int, course_ids: Sequence[str] = (), **fields: Any) -> Program:
    """Create a program.

    Raises:
        Unprocessable: not all courses exist, or the cover is not a photo of the creator that is ready.
    """
    existing_courses.require(course_ids)
    photos.hold_cover(fields.get("cover", ""), owner_id=by)
    program = Program(**fields)
    db.session.add(program)
    db.session.flush()
    _set_courses(program.id, course_ids)
    return _changed("program.created", program, by, fields)


def change(program_id: int, *, by: int, course_ids: Sequence[str] | None = None, **fields: Any) -> Program:
    """Change a program; `course_ids` are all its courses in their order. Seats follow after the commit.

    Raises:
        NoSuchProgram: there is none.
        Unprocessable: not all new courses exist, or a new cover is not a photo of theirs that is ready.
    """
    program = find(program_id, lock=True)
    before = (program.course_ids, program.sequential)
    if course_ids is not None:
        existing_courses.require([each for each in course_ids if each not in program.course_ids])
        _set_courses(program_id, course_ids)
    # Another administrator's cover may be sent back unchanged.
    if fields.get("cover", program.cover) != program.cover:
        photos.hold_cover(fields["cover"], owner_id=by)
    for name, value in fields.items():
        setattr(program, name, value)
    return _changed("program.changed", program, by, fields, before)


def remove(program_id: int, *, by: int) -> None:
    """Delete a program. After the commit, the seats that it gave end.

    Raises:
        NoSuchProgram: there is none.
    """
    program = find(program_id, lock=True)
    audit.record("program.deleted", actor_id=by, target_kind="program", target_id=program_id, title=program.title)
    seat_requests.of_program(program_id, program.course_ids)
    db.session.delete(program)
    db.session.flush()


def _changed(
    action: str,
    program: Program,
    by: int,
    fields: Mapping[str, Any],
    before: tuple[Sequence[str], bool] = ((), False),
) -> Program:
    """Record a creation or change. `before` are the courses that the program had, and whether it was sequential."""
    db.session.flush()
    db.session.refresh(program)
    details = {"course_ids": list(program.course_ids), "fields": sorted(fields)}
    audit.record(action, actor_id=by, target_kind="program", target_id=program.id, **details)
    is_same = before == (program.course_ids, program.sequential)
    seat_requests.of_program(program.id, () if is_same else {*before[0], *program.course_ids})
    return program


def _set_courses(program_id: int, course_ids: Sequence[str]) -> None:
    db.session.execute(delete(ProgramCourse).where(ProgramCourse.program_id == program_id))
    db.session.add_all(
        ProgramCourse(program_id=program_id, course_id=each, position=position)
        for position, each in enumerate(course_ids)
    )
    db.session.flush()
