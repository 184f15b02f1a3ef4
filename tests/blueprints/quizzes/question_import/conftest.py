import pytest

from tests.factories import make_course


@pytest.fixture
def other_course(owner):
    return make_course(owner)
