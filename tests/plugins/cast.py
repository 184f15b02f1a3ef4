"""Fixtures: courses and their learners; further users are in `application`."""

import pytest
from sqlalchemy import select

from learnstream.models import Enrollment, Role
from tests.factories import make_course, make_person, make_seat
from tests.learning import show_videos


@pytest.fixture
def course(owner):
    """Published by `owner`: a text lesson that is a free preview, a text lesson, and a lesson that waits for its video."""
    return make_course(owner)


@pytest.fixture
def draft_course(owner):
    """An unpublished course like `course`."""
    return make_course(owner, published=False)


@pytest.fixture
def learner(course):
    """A student who is enrolled in `course`."""
    person = make_person(Role.STUDENT, "Lea")
    make_seat(person, course)
    return person


@pytest.fixture
def seat(learner, separate_session):
    """The learner's seat in `course`."""
    return separate_session.scalar(select(Enrollment))


@pytest.fixture
def videos(course):
    """The two videos, of 100 seconds each, of a course whose lessons are `tests.learning.LESSONS`."""
    return show_videos(course, 100.0, 100.0)


@pytest.fixture
def other_owner(app):
    """An instructor of other courses."""
    return make_person(Role.INSTRUCTOR, "Otto")
