"""A course of two films of 100 seconds and a text, with learners active in early March."""

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
def activity(course, videos):
    """Lea watches half of the first film on Monday and all of it on Tuesday; Max completes everything on Tuesday, a day after enrolling."""
    lea, max_ = make_person(name="Lea"), make_person(name="Max")
    seat(lea, course, enrolled_at=MONDAY)
    seat(max_, course, enrolled_at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (0, 50), at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (40, 100), at=TUESDAY)
    finish(max_, course, videos, at=TUESDAY)
    rollup.run(rest=0)
    return lea, max_


@pytest.fixture
def get_figures(client, admin):
    """Request figures, as an administrator by default."""

    def get_figures(path, auth=admin):
        response = client.get(path, auth=auth)
        assert response.status_code == 200, response.json
        return response.json

    return get_figures
