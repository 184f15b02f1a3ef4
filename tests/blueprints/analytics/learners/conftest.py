from datetime import UTC, datetime, timedelta

import pytest

from learnstream.services.analytics import rollup
from tests.factories import make_course, make_person, make_seat
from tests.learning import open_text

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def days(number):
    return MONDAY + timedelta(days=number)


def count_activity():
    """Roll up the learners' activity."""
    assert rollup.run(rest=0)


@pytest.fixture
def course(owner):
    """Four texts."""
    return make_course(owner, [{"title": f"Text {number}"} for number in range(1, 5)])


@pytest.fixture
def learners(course):
    """Four learners: Ann has completed all, Bob half of it, later; Cem never started, and Dee left after one lesson."""
    learners = {name: make_person(name=name) for name in ("Ann", "Bob", "Cem", "Dee")}
    for age, person in enumerate(learners.values()):
        make_seat(person, course, enrolled_at=MONDAY - timedelta(days=age))
    for person, lessons, day in (("Ann", 4, 1), ("Bob", 2, 2), ("Dee", 1, 0)):
        for lesson in course.lessons[:lessons]:
            open_text(learners[person], course, lesson, at=days(day))
    return learners


@pytest.fixture
def counted_learners(client, learners, course):
    """The four learners, with their activity rolled up."""
    client.delete(f"/courses/{course.id}/enroll", auth=learners["Dee"])
    count_activity()
    return learners
