"""Enrolling, while a store is away."""

import pytest
from sqlalchemy import select

from learnstream.models import Enrollment
from tests.factories import make_course, make_seat


@pytest.fixture
def enroll(call):
    def enroll(person, course):
        return call("POST", f"/courses/{course.id}/enroll", person)

    return enroll


@pytest.fixture
def seats(fresh):
    def seats():
        fresh.rollback()
        return fresh.scalars(select(Enrollment.user_id)).all()

    return seats


def test_without_postgresql_nobody_enrols(enroll, outage, recovers, seats, stranger, course):
    outage("postgres")

    assert enroll(stranger, course).status_code == 503
    recovers("postgres", lambda: enroll(stranger, course), 201)
    assert seats() == [stranger.id]


def test_without_mongodb_one_enrols_in_courses_seen_before(
    enroll, outage, recovers, seats, stranger, owner, learner, course
):
    unseen = make_course(owner)
    assert enroll(learner, course).status_code == 409

    outage("mongodb")

    assert enroll(stranger, course).status_code == 201
    assert enroll(stranger, unseen).status_code == 503
    recovers("mongodb", lambda: enroll(stranger, unseen), 201)
    assert sorted(seats()) == sorted([learner.id, stranger.id, stranger.id])


def test_without_mongodb_seats_are_listed_with_what_is_known_of_their_courses(call, outage, learner, owner, course):
    assert call("GET", "/users/me/enrollments", learner).json()[0]["course"]["title"] == "Astronomy"
    make_seat(learner, make_course(owner))

    outage("mongodb")

    courses = [seat["course"] for seat in call("GET", "/users/me/enrollments", learner).json()]
    assert [course and course["title"] for course in courses] == [None, "Astronomy"]


def test_without_redis_everybody_enrols(enroll, outage, seats, stranger, course):
    outage("redis")

    assert enroll(stranger, course).status_code == 201
    assert enroll(stranger, course).status_code == 409
    assert seats() == [stranger.id]
