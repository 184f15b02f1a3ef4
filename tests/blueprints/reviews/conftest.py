import pytest

from tests.reviews import begun, review


@pytest.fixture
def reader(course):
    """A learner who has done a third of the course."""
    return begun(course, "Rita")


@pytest.fixture
def review_id(reader, course):
    """The id of the reader's review of the course: five stars."""
    return review(reader, course)
