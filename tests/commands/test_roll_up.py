from learnstream.documents import CourseProgress
from learnstream.services.foundation import lease
from tests.learning import open_text


def test_figures_are_updated(app, course, learner):
    open_text(learner, course, course.text)

    outputs = [app.test_cli_runner().invoke(args=["roll-up"]).output for _ in range(2)]

    assert outputs == ["figures: up to date, events: 1 moved\n", "figures: up to date, events: 0 moved\n"]
    assert CourseProgress.collection().find_one({})["completed_count"] == 1


def test_a_rollup_by_another_worker_is_reported(app):
    with lease.hold(lease.ROLLUP):
        assert "another worker" in app.test_cli_runner().invoke(args=["roll-up"]).output
