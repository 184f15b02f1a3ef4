"""Notices of what jobs find out, from the job to the notice."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.services.announcements import due_work
from learnstream.services.enrollment import ending_seats
from tests.attempts import given, save, start, submit
from tests.factories import make_question, make_quiz_lesson
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.notices import follow_events, notices, told

DAY = timedelta(days=1)


@pytest.fixture
def forget():
    """Return a function that deletes what was told so far."""

    def forget():
        follow_events()
        Notification.collection().delete_many({})

    return forget


def test_learners_are_told_what_is_due_unless_they_have_handed_it_in(client, course, forget):
    due_at = now() + DAY / 2
    lesson = make_assignment_lesson(course, due={"at": due_at.isoformat()})
    late, early = learner_of(course), learner_of(course)
    hand_in(client, early, lesson)
    forget()

    for _ in range(2):
        due_work.tell()
        follow_events()

    assert told() == [(late.id, "due_tomorrow", 1)]
    assert notices()[0]["facts"]["due_at"] == due_at.isoformat()


def test_learners_are_told_that_their_seats_end(course, forget):
    ending, _ = learner_of(course, expires_at=now() + 3 * DAY), learner_of(course, expires_at=now() + 30 * DAY)
    forget()

    for _ in range(2):
        ending_seats.tell()
        follow_events()

    assert told() == [(ending.id, "seat_ending", 1)]


def test_a_quiz_that_was_marked_by_hand_is_told_once_its_score_is_shown(client, course, owner, learner, forget):
    essay = make_question(course, "essay")
    review = {"score": "at_once", "answers": "never", "feedback": "never"}
    attempt = start(client, learner, make_quiz_lesson(course, [essay], review=review))
    save(client, learner, attempt, given(essay, "The moon shines."))
    submit(client, learner, attempt)
    forget()

    assert client.patch(f"/attempts/{attempt['id']}/answers/{essay}", json={"points": 1}, auth=owner).status_code == 200
    follow_events()

    assert told(learner) == [(learner.id, "grades_released", 1)]
