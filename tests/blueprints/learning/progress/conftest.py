"""A lesson that can be watched, and viewings of it that began some time ago."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.services.delivery import viewings
from tests.factories import make_ready_video, show_video


@pytest.fixture
def video(course):
    """The video of `course`'s video lesson: 100 seconds."""
    video_id = make_ready_video(duration=100.0)
    show_video(course, course.video, video_id)
    return video_id


@pytest.fixture
def viewing(course, video, learner, monkeypatch):
    """Return the `viewing_id` of a viewing that began some seconds ago."""

    def viewing(ago=1000, person=learner, lesson=course.video, video_id=video):
        with monkeypatch.context() as patch:
            patch.setattr(viewings, "now", lambda: now() - timedelta(seconds=ago))
            return viewings.begin(user_id=person.id, lesson_id=lesson.id, video_id=video_id)

    return viewing


@pytest.fixture
def put(client, course, learner):
    """Report on `course`'s video lesson, as `learner` by default."""

    def put(*played, auth=learner, lesson=course.video, **body):
        stretches = [{"from": start, "to": end, "at": now().isoformat()} for start, end in played]
        body = {"seq": 1, "client_time": now().isoformat(), "played": stretches} | body
        return client.put(f"/lessons/{lesson.id}/progress", json=body, auth=auth)

    return put
