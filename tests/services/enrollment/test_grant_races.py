"""Two at once change the grants of the same seats: one after the other, without deadlocks."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment, SeatGrant, SeatSource
from learnstream.services.authoring import publishing
from learnstream.services.enrollment import due_seats, grants, seat_rows
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_versions import open_versions
from learnstream.stores.sql import db
from tests.factories import give_to_group, make_course, make_person
from tests.services.enrollment.conftest import GROUP, OTHER_GROUP, pass_days

ROUNDS = 5


@pytest.fixture
def at_once(app):
    """Run functions in threads, each in a transaction of its own, that begin together; return what they return."""

    def run(begin, function):
        with app.app_context():
            begin.wait()
            result = function()
            db.session.commit()
            return result

    def at_once(*functions):
        db.session.commit()
        begin = Barrier(len(functions))
        with ThreadPoolExecutor(len(functions)) as threads:
            running = [threads.submit(run, begin, function) for function in functions]
            return [each.result(timeout=30) for each in running]

    return at_once


def give(pairs, reason):
    return grants.give(pairs, reason, versions=open_versions({course_id for _, course_id in pairs}))


def live_rows():
    """The seats that are live by their rows, and those that are by their grants."""
    db.session.rollback()
    rows = select(Enrollment.user_id, Enrollment.course_id).where(Enrollment.is_live(now()))
    held = select(SeatGrant.user_id, SeatGrant.course_id).where(SeatGrant.is_live(now()))
    return {tuple(each) for each in db.session.execute(rows)}, {tuple(each) for each in db.session.execute(held)}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_who_enrolls_while_they_are_barred_has_no_seat(app, at_once, admin, stranger, course, number):
    give_to_group(stranger, course)
    seat_id = db.session.scalar(select(Enrollment.id))
    enroll = partial(app.test_client().post, f"/courses/{course.id}/enroll", auth=stranger)
    revoke = partial(app.test_client().delete, f"/admin/enrollments/{seat_id}", auth=admin)

    enrolled, revoked = at_once(*((enroll, revoke) if number % 2 else (revoke, enroll)))[:: 1 if number % 2 else -1]

    assert revoked.status_code == 204
    assert (enrolled.status_code, enrolled.json["code"] if enrolled.status_code == 403 else None) in [
        (201, None),
        (403, "enrollment_barred"),
    ]
    assert live_rows() == (set(), set())


def test_a_learner_who_is_moved_keeps_the_seat_whatever_comes_first(at_once, holder):
    for taken, given in [(GROUP, OTHER_GROUP), (OTHER_GROUP, GROUP)] * ROUNDS:
        holder.give(taken)
        at_once(lambda taken=taken: holder.end(taken), lambda given=given: give(holder.pairs, given))

        assert holder.is_open
        assert live_rows() == ({*holder.pairs}, {*holder.pairs})


def test_one_of_two_who_enroll_gets_the_seat(app, at_once, admin, stranger, course):
    own = partial(app.test_client().post, f"/courses/{course.id}/enroll", auth=stranger)
    body = {"user_id": stranger.id, "course_id": course.id}
    granted = partial(app.test_client().post, "/admin/enrollments", json=body, auth=admin)

    assert sorted(each.status_code for each in at_once(own, granted)) == [201, 409]


def test_groups_of_the_same_learners_are_changed_without_deadlocks(at_once, owner):
    courses = [make_course(owner) for _ in range(3)]
    pairs = [(make_person().id, course.id) for course in courses for _ in range(15)]
    with_others = [*pairs, *((make_person().id, course.id) for course in courses)]

    def publish():
        publishing.publish(course_id=courses[1].id, published_by=owner.id)

    for reason in [GROUP, OTHER_GROUP] * 2:
        at_once(
            lambda reason=reason: give(pairs, reason),
            lambda reason=reason: give(with_others[::-1], Reason(SeatSource.PROGRAM, reason.source_id)),
            lambda: grants.end(pairs[::-1], GROUP),
            publish,
        )

    rows, held = live_rows()
    assert rows == held == {*with_others}


def test_several_changes_of_one_transaction_lock_all_their_seats_first(at_once, owner, stranger):
    courses = [make_course(owner) for _ in range(2)]
    pairs = [(stranger.id, course.id) for course in courses]
    give(pairs, GROUP)

    def move(taken, given):
        versions = open_versions({course_id for _, course_id in pairs})
        seat_rows.lock(pairs, versions)
        grants.end([taken], GROUP)
        grants.give([given], GROUP, versions=versions)

    for _ in range(ROUNDS):
        at_once(lambda: move(*pairs), lambda: move(*pairs[::-1]))

    rows, held = live_rows()
    assert rows == held


def test_the_job_and_a_change_of_the_same_seat_do_not_disturb_each_other(at_once, holder):
    for _ in range(ROUNDS):
        holder.give(GROUP, after=1)
        pass_days(2)
        at_once(due_seats.derive_due, due_seats.derive_due, lambda: grants.end(holder.pairs, GROUP))

        assert live_rows() == (set(), set())
