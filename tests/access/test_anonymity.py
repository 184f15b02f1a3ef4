"""Anonymous homework, and held grades, in the responses to all operations that read.

While homework is anonymous, no record in any response to staff has both a mark of the submission and one of its learner.
Before and after a grade that is held, all responses to the learner are the same.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from learnstream.documents import Submission
from learnstream.models import AuditEntry, Event, OutboxMessage, Role
from learnstream.models.group import Group, GroupStaff
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.enrollment import group_courses, group_members
from learnstream.services.foundation import events
from learnstream.services.grades import moving
from learnstream.services.homework import following
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_seat, publish
from tests.files import make_document_with_bytes
from tests.homework import hand_in, make_assignment_lesson
from tests.submissions import grade, release

NUMBER = 87_654_321  # a learner's id that is no other number
TEXT, FILE, NOTE = "Textofthesubmission", "Zebedee Quux.pdf", "Noteofthemarker"
# What depends on the moment, or on chance.
VOLATILE = {"request_id", "server_time", "expires_at", "token", "url", "last_used_at", "computed_at"}

# A zip archive has times, and readiness measures them.
TIMED = {"/ready", "/books/import-template.xlsx", "/questions/import-template.xlsx"}


@dataclass
class World:
    """A course with homework that one learner has handed in, among two others, and who reads about it."""

    course: Any
    lesson: Any
    learner: Any
    owner: Any
    staff: dict[str, Any]
    submission_id: str
    file_id: str
    group_id: int

    @property
    def names(self) -> dict[str, Any]:
        return {
            "course_id": self.course.id,
            "lesson_id": self.lesson.id,
            "submission_id": self.submission_id,
            "file_id": self.file_id,
            "group_id": self.group_id,
            "user_id": self.learner.id,
            "number": 1,
        }

    @property
    def marks_of_learner(self) -> set[str]:
        return {str(NUMBER), self.learner.email, "Zebedee"}

    @property
    def marks_of_submission(self) -> set[str]:
        return {self.submission_id, self.file_id, TEXT, "7.1234"}


@pytest.fixture
def world(client, owner, admin):
    """The learner is of a group of three whose staff teach other courses."""
    course = make_course(owner)
    lesson = make_assignment_lesson(course, anonymous=True, release="held", resubmit="until_graded")
    publish(course)
    learner = make_person(Role.STUDENT, "Zebedee", id=NUMBER)
    others = [make_person(Role.STUDENT, name) for name in ("Ona", "Ulf")]
    colleague = make_person(Role.INSTRUCTOR, "Tom")
    for person in (learner, *others):
        make_seat(person, course)
    file_id = make_document_with_bytes(learner, purpose="submission", name=FILE)
    hand_in(client, learner, lesson, TEXT, file_ids=[file_id])
    for person in others:
        hand_in(client, person, lesson)
    group_id = _create_group([learner, *others], colleague, course, by=admin.id)
    submission = Submission.collection().find_one({"user_id": NUMBER})
    staff = {"owner": owner, "admin": admin, "group staff": colleague}
    return World(course, lesson, learner, owner, staff, str(submission["_id"]), file_id, group_id)


def _create_group(members: Sequence[Any], staff: Any, course: Any, *, by: int) -> int:
    group = Group(name="7b", code="7b", code_key="7b")
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupStaff(group_id=group.id, user_id=staff.id))
    group_members.add(group.id, [member.id for member in members], by=by)
    group_courses.give(group.id, course.id, by=by)
    db.session.commit()
    return group.id


@pytest.fixture
def paths(application):
    """Return the paths of all operations that read and that concern an object of the world, with its group or without."""

    def paths(world: World) -> Iterator[str]:
        for rule in application.url_map.iter_rules():
            if "GET" in rule.methods and rule.arguments <= world.names.keys() and rule.endpoint != "static":
                with application.test_request_context():
                    path = application.url_map.bind("localhost").build(rule.endpoint, world.names)
                path = path.partition("?")[0]
                yield path
                yield f"{path}?group_id={world.group_id}"

    return paths


def follow_all():
    """Do what jobs do after a change."""
    following.follow_changes()
    moving.move()
    pending_events.move()
    events.publish()
    rollup.run()
    db.session.rollback()


def records(response: Any) -> Iterator[str]:
    """Yield the records of a response: entries of a list, lines of a table, else all of it; each with the headers."""
    headers = str(response.headers)
    if response.is_json:
        found = response.json
        while (
            isinstance(found, dict) and len(lists := [each for each in found.values() if isinstance(each, list)]) == 1
        ):
            found = lists[0]
        for each in found if isinstance(found, list) else [found]:
            yield headers + json.dumps(each, ensure_ascii=False)
    elif response.mimetype == "text/csv":
        for line in response.text.splitlines():
            yield headers + line
    elif response.data.startswith(b"PK"):
        # XLSX as well.
        with ZipFile(BytesIO(response.data)) as packed:
            yield headers + "".join(name + packed.read(name).decode(errors="replace") for name in packed.namelist())
    else:
        yield headers + response.data.decode(errors="replace")


def tells(record: str, world: World) -> bool:
    return any(each in record for each in world.marks_of_learner) and any(
        each in record for each in world.marks_of_submission
    )


def test_no_response_to_staff_tells_whose_an_anonymous_submission_is(client, world, paths):
    grade(client, world.owner, world.submission_id, 7.1234, private_note=NOTE)
    follow_all()

    telling, shown = [], set()
    for who, person in world.staff.items():
        for path in paths(world):
            response = client.get(path, auth=person, buffered=True)
            assert response.status_code < 500, (path, response.text)
            found = [*records(response)]
            shown |= {mark for mark in world.marks_of_submission for each in found if mark in each}
            telling += [(who, path) for each in found if tells(each, world)]

    assert telling == []
    assert shown == world.marks_of_submission


def test_nothing_that_is_recorded_tells_whose_it_is(client, world):
    for who, person in world.staff.items():
        client.post(f"/submissions/{world.submission_id}/claim", auth=person)
        grade(client, person, world.submission_id, 7.1234, private_note=who)
    client.post(f"/submissions/{world.submission_id}/return", json={"comment": "Again."}, auth=world.owner)
    follow_all()

    rows = [
        *(f"{each.event_id} {json.dumps(each.data)}" for each in db.session.scalars(select(Event))),
        *(f"{each.target_id} {json.dumps(each.details)}" for each in db.session.scalars(select(AuditEntry))),
        *(json.dumps(each.payload) for each in db.session.scalars(select(OutboxMessage))),
    ]
    assert [each for each in rows if tells(each, world)] == []
    assert any(world.submission_id in each for each in rows)


def test_the_release_tells_it(client, world, paths):
    grade(client, world.owner, world.submission_id, 7.1234)
    release(client, world.owner, world.lesson)
    follow_all()

    found = client.get(f"/submissions/{world.submission_id}", auth=world.owner).json
    assert (found["user_id"], found["files"][0]["name"]) == (NUMBER, FILE)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name not in VOLATILE}
    return value


def test_a_learner_sees_nothing_of_a_held_grade(client, world, paths):
    def seen():
        follow_all()
        responses = {path: client.get(path, auth=world.learner, buffered=True) for path in paths(world)}
        return {
            path: (each.status_code, each.headers.get("ETag"), _plain(each.json) if each.is_json else each.data)
            for path, each in responses.items()
            if each.mimetype != "text/html" and path.partition("?")[0] not in TIMED
        }

    before = seen()
    grade(client, world.owner, world.submission_id, 7.1234, comment="Well observed.", private_note=NOTE)
    after = seen()

    assert [path for path in before if before[path] != after[path]] == []
    release(client, world.owner, world.lesson)
    released = seen()
    own = f"/lessons/{world.lesson.id}/submission"
    assert "Well observed." in json.dumps(released[own])
    assert NOTE not in json.dumps(released, default=str)
