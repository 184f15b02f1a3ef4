"""The courses of the tests; their people stand in `application`."""

import pytest

from tests.factories import make_course


@pytest.fixture
def course(owner):
    """Published by `owner`: a text lesson that is a free preview, a text lesson, and a lesson that waits for its video."""
    return make_course(owner)


@pytest.fixture
def draft_course(owner):
    """What `course` was before it was published."""
    return make_course(owner, published=False)
