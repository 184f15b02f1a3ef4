import pytest


@pytest.fixture
def supervise(client, course, learner, owner):
    """Perform an action for `learner` in `course`, as `owner` by default."""

    def supervise(act, body=None, auth=owner, method="POST", user_id=learner.id, course_id=course.id, **kwargs):
        path = f"/courses/{course_id}/learners/{user_id}/{act}"
        return client.open(path, method=method, json=body, auth=auth, **kwargs)

    return supervise


@pytest.fixture
def own_progress(client, course, learner):
    """Return the learner's progress in the course."""

    def own_progress():
        return client.get(f"/courses/{course.id}/progress", auth=learner).json

    return own_progress
