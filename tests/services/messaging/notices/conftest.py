import pytest

from learnstream.services.foundation import following


@pytest.fixture(autouse=True)
def followers(app):
    """All followers begin now."""
    following.follow_all()
