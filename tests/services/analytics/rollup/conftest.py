from datetime import timedelta

import pytest

from tests.factories import make_course, make_person
from tests.learning import LESSONS, finish, seat, watch
from tests.services.analytics.rollup.figures import MONDAY, TUESDAY


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=LESSONS)


@pytest.fixture
def activity(course, videos, stranger):
    """Lea watched half of the first video on Monday and the rest on Tuesday; Max completed all; Stan watched 5 seconds."""
    lea, max_ = make_person(name="Lea"), make_person(name="Max")
    seat(lea, course, enrolled_at=MONDAY - timedelta(hours=1))
    seat(max_, course, enrolled_at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (0, 50), at=MONDAY)
    watch(lea, course, course.lessons[0], videos[0], (40, 100), at=TUESDAY)
    finish(max_, course, videos, at=TUESDAY)
    watch(stranger, course, course.lessons[0], videos[0], (0, 5), at=MONDAY)
    return lea, max_
