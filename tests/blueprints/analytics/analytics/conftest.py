"""A course of two films of 100 seconds and a text, and those who learned in it in early March."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.services.analytics import rollup
from tests.factories import make_course, make_person
from tests.learning import LESSONS, finish, seat, watch

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=LESSONS, title="Films")


@pytest.fixture
def school(course, videos):
    """Lea watches half of the first film on Monday, all on Tuesday; Max does everything on Tuesday, a day after enrolling."""
    lea, max_ = make_person(name="Lea"), make_person(name="Max")
    seat(lea, course, enrolled_at=MONDAY)
    seat(max_, course, enrolled_at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (0, 50), at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (40, 100), at=TUESDAY)
    finish(max_, course, videos, at=TUESDAY)
    rollup.run(rest=0)
    return lea, max_


@pytest.fixture
def show(client, admin):
    """Ask for figures, as an administrator if nobody else is named."""

    def show(path, auth=admin):
        answer = client.get(path, auth=auth)
        assert answer.status_code == 200, answer.json
        return answer.json

    return show
