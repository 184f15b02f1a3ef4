"""The jobs under their scheduled task names, each run twice, because a broker may deliver a task twice."""

from sqlalchemy import func, select

from learnstream.documents import CourseProgress
from learnstream.extensions import celery
from learnstream.models import Event
from tests.learning import open_text


def run_twice(task):
    for _ in range(2):
        celery.tasks[task]()


def test_records_are_rolled_up(course, learner):
    open_text(learner, course, course.text)

    run_twice("learnstream.roll_up")

    found = CourseProgress.collection().find_one({"_id": f"{learner.id}:{course.id}"})
    assert (found["completed_count"], found["revision"]) == (1, 1)


def test_pending_events_reach_the_feed(course, learner, separate_session):
    open_text(learner, course, course.text)

    run_twice("learnstream.move_news")

    completed = select(func.count()).where(Event.type == "lesson.completed", Event.position.is_not(None))
    assert separate_session.scalar(completed) == 1
