from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app

from learnstream.models import Role
from learnstream.services.analytics import rollup
from tests.factories import CreatedCourse, Person, make_course, make_person, make_seat
from tests.learning import open_text

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def days(number):
    return MONDAY + timedelta(days=number)


def count_activity():
    """Roll up the learners' activity."""
    assert rollup.run(rest=0)


@dataclass(frozen=True)
class School:
    owner: Person
    course: CreatedCourse
    learners: dict[str, Person]


def create_school():
    """Create a course of four texts, and four learners: Ann has completed all, Bob half of it, later; Cem never started,
    and Dee left after one lesson."""
    owner = make_person(Role.INSTRUCTOR, "Ines")
    course = make_course(owner, [{"title": f"Text {number}"} for number in range(1, 5)])
    learners = {name: make_person(name=name) for name in ("Ann", "Bob", "Cem", "Dee")}
    for age, person in enumerate(learners.values()):
        make_seat(person, course, enrolled_at=MONDAY - timedelta(days=age))
    for person, lessons, day in (("Ann", 4, 1), ("Bob", 2, 2), ("Dee", 1, 0)):
        for lesson in course.lessons[:lessons]:
            open_text(learners[person], course, lesson, at=days(day))
    return School(owner, course, learners)


def create_counted_school():
    """Create the same, with Dee withdrawn and the learners' activity rolled up."""
    school = create_school()
    current_app.test_client().delete(f"/courses/{school.course.id}/enroll", auth=school.learners["Dee"])
    count_activity()
    return school


@pytest.fixture
def school(keep):
    return keep(create_counted_school)


@pytest.fixture
def owner(school):
    return school.owner


@pytest.fixture
def course(school):
    return school.course


@pytest.fixture
def counted_learners(school):
    return school.learners
