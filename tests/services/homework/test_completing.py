"""Completion of lessons by homework: what was handed in, and grades once they are released."""

import pytest
from bson import ObjectId

from learnstream.documents import Progress, Submission
from learnstream.services.homework import completing, following, submissions
from tests.homework import grade, make_assignment_lesson


@pytest.fixture
def hand_in(save, submit):
    """Return a function that hands something in; it returns what the receipt says of it."""

    def hand_in(lesson, text="The sun lights it."):
        save(lesson, text)
        submission, _ = submit(lesson)
        return {"id": str(submission["_id"])}

    return hand_in


def is_completed(lesson):
    return Progress.collection().find_one({"lesson_id": ObjectId(lesson.id), "completed_at": {"$ne": None}}) is not None


@pytest.mark.parametrize(
    ("rule", "points", "released", "expected"),
    [
        ("submitted", None, False, True),
        ("graded", None, False, False),
        ("graded", 0, False, False),
        ("graded", 0, True, True),
        ("passed", None, False, False),
        ("passed", 6, False, False),
        ("passed", 6, True, True),
        ("passed", 5.9999, True, False),
    ],
)
def test_a_lesson_is_completed_by_its_rule(hand_in, course, rule, points, released, expected):
    lesson = make_assignment_lesson(course, pass_fraction=0.6, completion={"rule": rule})
    submission = hand_in(lesson)
    if points is not None:
        grade(submission, points, released=released)

    following.follow_changes()

    assert is_completed(lesson) is expected


def test_a_late_submission_passes_by_what_lateness_leaves(hand_in, course, move_clock):
    late = {"due": {"after_days": 1}, "late": {"percent": 10, "per": "day"}}
    lesson = make_assignment_lesson(course, pass_fraction=0.6, completion={"rule": "passed"}, **late)
    move_clock(days=1, hours=1)
    submission = hand_in(lesson)

    grade(submission, 6.6666)
    following.follow_changes()
    assert not is_completed(lesson)
    grade(submission, 6.6667)
    following.follow_changes()
    assert is_completed(lesson)


def test_a_later_submission_that_fails_takes_nothing_back(hand_in, course):
    lesson = make_assignment_lesson(course, completion={"rule": "passed"}, resubmit="until_closed")
    grade(hand_in(lesson), 9)
    following.follow_changes()

    grade(hand_in(lesson, "Worse"), 1)
    following.follow_changes()

    assert is_completed(lesson)


def test_what_a_process_left_is_followed_once(hand_in, save, submit, homework, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(completing, "follow", lambda submission: submission)
        hand_in(homework)
        hand_in(homework, "Better")
    assert not is_completed(homework)

    assert (following.follow_changes(), following.follow_changes()) == (2, 0)

    assert is_completed(homework)
    found = Submission.collection().find(sort=[("number", 1)])
    assert [(each["superseded"], each["completion_due"]) for each in found] == [(True, False), (False, False)]


def test_a_change_in_between_is_still_followed(hand_in, homework):
    submission = hand_in(homework)
    grade(submission, 8)
    [stale] = submissions.OWN.find({})
    grade(submission, 9)

    completing.follow(stale)

    [found] = submissions.OWN.find({})
    assert found["completion_due"]


def test_one_that_cannot_be_followed_keeps_no_others_waiting(hand_in, homework):
    hand_in(homework)
    hand_in(homework, "Better")
    broken = {"version": 99, "completion_due": True}
    Submission.collection().update_one({"number": 1}, {"$set": broken})
    Submission.collection().update_one({"number": 2}, {"$set": {"completion_due": True}})

    assert following.follow_changes() == 1
