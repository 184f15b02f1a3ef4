import pytest


@pytest.fixture
def supervise(client, course, learner, owner):
    """Do something for `learner` in `course`, as `owner` if nobody else is named."""

    def supervise(act, body=None, auth=owner, method="POST", user_id=learner.id, course_id=course.id, **kwargs):
        path = f"/courses/{course_id}/learners/{user_id}/{act}"
        return client.open(path, method=method, json=body, auth=auth, **kwargs)

    return supervise


@pytest.fixture
def own(client, course, learner):
    """What the learner is told of the course."""

    def own():
        return client.get(f"/courses/{course.id}/progress", auth=learner).json

    return own
