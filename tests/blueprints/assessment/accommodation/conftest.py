import pytest

from learnstream.documents import LessonKind
from learnstream.policies import entitlements
from tests.factories import make_group_with, make_lesson


@pytest.fixture
def quiz(owner, course):
    """The draft of a quiz lesson in `course`."""
    return make_lesson(owner, course.id, "A quiz", LessonKind.QUIZ)


@pytest.fixture
def grant(client, owner, learner, quiz):
    """Grant something in the quiz, by default to the learner."""

    def grant(lesson_id=quiz.id, auth=owner, **fields):
        target = {} if "group_id" in fields or "user_id" in fields else {"user_id": learner.id}
        return client.post(
            f"/lessons/{lesson_id}/accommodations", auth=auth, json={"reason": "Was ill."} | target | fields
        )

    return grant


@pytest.fixture
def group(admin, course, learner):
    """The id of a group that is given `course`, with the learner."""
    return make_group_with(course, learner, by=admin)


@pytest.fixture
def allowance(course, learner, quiz):
    """Return the allowance of a user, by default the learner, in the quiz."""

    def allowance(user_id=learner.id):
        return entitlements.seat(user_id, course.id).allowance(quiz.id)

    return allowance
