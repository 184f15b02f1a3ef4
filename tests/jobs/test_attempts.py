from learnstream.documents import Attempt
from learnstream.jobs import attempts
from tests.attempts import start
from tests.factories import make_question, make_quiz_lesson


def state():
    return Attempt.collection().find_one()["state"]


def test_one_run_at_a_time_submits_what_is_due(client, course, learner, move_clock):
    lesson = make_quiz_lesson(course, [make_question(course, "true_false")], time_limit=60)
    start(client, learner, lesson)
    move_clock(seconds=76)

    with attempts.running:
        attempts.submit_due_attempts()
        assert state() == "in_progress"
    attempts.submit_due_attempts()

    assert state() == "submitted"
    assert not attempts.running.locked()
