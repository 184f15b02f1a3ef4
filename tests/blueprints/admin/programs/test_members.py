"""Who is enrolled in a program, and the seats that this gives."""

from itertools import pairwise

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, EventType, SeatGrant, SeatSource
from learnstream.policies import entitlements
from learnstream.services.authoring import publishing
from learnstream.services.enrollment import program_seats
from learnstream.services.foundation import cursors, events, following, outbox
from learnstream.services.foundation.followers import registered
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_program, make_seat


@pytest.fixture(autouse=True)
def from_now_on(app):
    """Create the followers' cursors, as a release does."""
    cursors.register([*registered.values()])


@pytest.fixture
def courses(owner):
    return [make_course(owner, title=title) for title in ("Moon", "Mars", "Stars")]


@pytest.fixture
def program(courses):
    return make_program(*courses)


@pytest.fixture
def change(client, admin, program):
    def change(*people, how="", of=program):
        body = {"user_ids": [each.id for each in people]}
        return client.post(f"/admin/programs/{of.id}/members{how}", auth=admin, json=body)

    return change


def work():
    """Publish events, follow them, and update seats, as the workers do."""
    events.publish()
    following.follow_all()
    while outbox.relay(topic=program_seats.TOPIC):
        pass
    db.session.rollback()


def open_courses(client, person):
    mine = client.get("/users/me/enrollments?live=true", auth=person).json
    return {each["course"]["title"] for each in mine}


def complete(person, course):
    """Complete a course, as the roll-up does."""
    seat = db.session.scalar(
        select(Enrollment).where(Enrollment.user_id == person.id, Enrollment.course_id == course.id)
    )
    seat.completed_at = now()
    entitlements.seat_changed(person.id, course.id)
    data = {"enrollment_id": seat.id, "user_id": person.id, "course_id": course.id, "version": 1}
    events.record(EventType.COURSE_COMPLETED, f"{person.id}:{course.id}", **data)
    db.session.commit()
    work()


def test_learners_get_all_courses_with_the_programs_reason(client, change, stranger):
    assert change(stranger).json == {"changed": 1, "unchanged": 0}
    assert change(stranger).json == {"changed": 0, "unchanged": 1}
    work()

    assert open_courses(client, stranger) == {"Moon", "Mars", "Stars"}
    assert {each.source for each in db.session.scalars(select(SeatGrant))} == {SeatSource.PROGRAM}
    work()
    assert len(db.session.scalars(select(SeatGrant)).all()) == 3


def test_members_are_listed_by_name(client, admin, change, program):
    people = [make_person(name=name) for name in ("Zoe", "Anna")]
    change(*people)

    listed = client.get(f"/admin/programs/{program.id}/members", auth=admin).json
    assert [each["name"] for each in listed] == ["Anna", "Zoe"]


def test_who_leaves_keeps_only_what_others_gave(client, change, courses, stranger):
    change(stranger)
    make_seat(stranger, courses[1])
    work()

    assert change(stranger, how="/remove").json == {"changed": 1, "unchanged": 0}
    work()

    assert open_courses(client, stranger) == {"Mars"}


def test_later_courses_come_and_removed_ones_go_by_themselves(client, admin, owner, change, program, courses, stranger):
    change(stranger)
    work()
    later = make_course(owner, title="Comets", published=False)

    ids = [courses[0].id, later.id]
    client.patch(f"/admin/programs/{program.id}", auth=admin, json={"course_ids": ids})
    work()
    assert open_courses(client, stranger) == {"Moon"}

    client.post(f"/courses/{later.id}/lessons", auth=owner, json={"title": "Tails", "kind": "text", "body": "x"})
    publishing.publish(course_id=later.id, published_by=owner.id)
    db.session.commit()
    work()
    assert open_courses(client, stranger) == {"Moon", "Comets"}


def test_a_sequential_program_gives_the_next_course_when_one_is_completed(client, change, courses, stranger):
    program = make_program(*courses, sequential=True)
    change(stranger, of=program)
    work()
    assert open_courses(client, stranger) == {"Moon"}

    for before, course in pairwise(courses):
        complete(stranger, before)
        assert course.title in open_courses(client, stranger)
    assert open_courses(client, stranger) == {"Moon", "Mars", "Stars"}


def test_only_who_completed_a_course_gets_the_next(client, change, courses, stranger):
    other, program = make_person(name="Otto"), make_program(*courses, sequential=True)
    change(stranger, other, of=program)
    work()

    complete(stranger, courses[0])

    assert (open_courses(client, stranger), open_courses(client, other)) == ({"Moon", "Mars"}, {"Moon"})


def test_a_program_that_is_no_longer_sequential_gives_all(client, admin, change, courses, stranger):
    program = make_program(*courses, sequential=True)
    change(stranger, of=program)
    work()

    client.patch(f"/admin/programs/{program.id}", auth=admin, json={"sequential": False})
    work()
    assert len(open_courses(client, stranger)) == 3

    client.patch(f"/admin/programs/{program.id}", auth=admin, json={"sequential": True})
    work()
    assert len(open_courses(client, stranger)) == 3


def test_who_was_taken_out_of_a_course_is_not_put_back(client, admin, change, courses, stranger):
    change(stranger)
    work()
    seat = db.session.scalar(select(Enrollment).where(Enrollment.course_id == courses[0].id))
    client.delete(f"/admin/enrollments/{seat.id}", auth=admin)

    change(make_person())
    work()

    assert open_courses(client, stranger) == {"Mars", "Stars"}


def test_an_end_that_an_administrator_set_is_kept(client, admin, change, courses, stranger):
    change(stranger)
    work()
    seat = db.session.scalar(select(Enrollment).where(Enrollment.course_id == courses[0].id))
    client.patch(f"/admin/enrollments/{seat.id}", auth=admin, json={"expires_at": "2099-01-01T00:00:00+00:00"})

    change(make_person())
    work()

    db.session.refresh(seat)
    assert seat.expires_at.year == 2099


def test_archived_courses_are_given_when_they_reopen(client, admin, owner, change, courses, stranger):
    archive(courses[0])
    change(stranger)
    work()
    assert open_courses(client, stranger) == {"Mars", "Stars"}

    client.patch(f"/courses/{courses[0].id}", auth=owner, json={"status": "published"})
    work()
    assert open_courses(client, stranger) == {"Moon", "Mars", "Stars"}


def test_seats_of_a_deleted_program_end(client, admin, change, program, stranger):
    change(stranger)
    work()

    assert client.delete(f"/admin/programs/{program.id}", auth=admin).status_code == 204
    work()

    assert open_courses(client, stranger) == set()
    assert client.get("/users/me/programs", auth=stranger).json == []


def test_many_seats_are_given_in_batches(client, change, program, monkeypatch):
    monkeypatch.setattr(program_seats, "BATCH", 2)
    people = [make_person() for _ in range(3)]
    change(*people)

    work()

    assert [len(open_courses(client, each)) for each in people] == [3, 3, 3]
    change(*people, how="/remove")
    work()
    assert [len(open_courses(client, each)) for each in people] == [0, 0, 0]


def test_nobody_is_enrolled_if_one_does_not_exist(client, admin, change, program, stranger):
    body = {"user_ids": [stranger.id, 999_999]}
    response = client.post(f"/admin/programs/{program.id}/members", auth=admin, json=body)

    assert (response.status_code, response.json["errors"]["json"]["user_ids"]) == (
        422,
        {"1": ["The user does not exist."]},
    )
    assert client.get(f"/admin/programs/{program.id}/members", auth=admin).json == []


def test_an_unpublished_program_takes_nobody(change, courses, stranger):
    response = change(stranger, of=make_program(*courses, published=False))

    assert (response.status_code, response.json["code"]) == (409, "program_unpublished")


def test_learners_see_how_far_they_are(client, change, courses, stranger):
    program = make_program(*courses[:2], sequential=True)
    change(stranger, of=program)
    work()
    complete(stranger, courses[0])

    [mine] = client.get("/users/me/programs", auth=stranger).json

    assert (mine["id"], mine["fraction"], mine["completed_courses"], mine["course_count"]) == (program.id, 0.5, 1, 2)
    assert [each["course"]["title"] for each in mine["courses"]] == ["Moon", "Mars"]
    assert [each["open"] for each in mine["courses"]] == [True, True]
    assert [each["completed"] for each in mine["courses"]] == [True, False]
