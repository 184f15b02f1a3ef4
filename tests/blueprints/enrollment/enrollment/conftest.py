import pytest
from sqlalchemy import select

from learnstream.models import Enrollment


@pytest.fixture
def seat(learner, fresh):
    """The learner's."""
    return fresh.scalar(select(Enrollment))
