from datetime import UTC, datetime, timedelta

import pytest

from learnstream.services.analytics import rollup
from tests.factories import make_course, make_person, make_seat
from tests.learning import open_text

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def days(number):
    return MONDAY + timedelta(days=number)


def counted():
    """Count what the learners did so far."""
    assert rollup.run(rest=0)


@pytest.fixture
def course(owner):
    """Four texts."""
    return make_course(owner, [{"title": f"Text {number}"} for number in range(1, 5)])


@pytest.fixture
def people(course):
    """Four learners: Ann has completed all, Bob half of it, later; Cem never started, and Dee left after one lesson."""
    people = {name: make_person(name=name) for name in ("Ann", "Bob", "Cem", "Dee")}
    for age, person in enumerate(people.values()):
        make_seat(person, course, enrolled_at=MONDAY - timedelta(days=age))
    for person, lessons, day in (("Ann", 4, 1), ("Bob", 2, 2), ("Dee", 1, 0)):
        for lesson in course.lessons[:lessons]:
            open_text(people[person], course, lesson, at=days(day))
    return people


@pytest.fixture
def class_(client, people, course):
    """The four, and what they did has been counted."""
    client.delete(f"/courses/{course.id}/enroll", auth=people["Dee"])
    counted()
    return people
