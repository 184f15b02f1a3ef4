"""Markers, releases and returns at the same time: each question has one outcome, whatever the order."""

from decimal import Decimal

import pytest
from bson import Decimal128

from learnstream.documents import Submission
from learnstream.errors.authoring import EditConflict
from learnstream.errors.homework import BeingGraded
from learnstream.services.homework import claims, completing, handed_in, marking, releasing, returning
from learnstream.services.homework.marking import Given
from learnstream.stores.sql import db
from tests.homework import learner_of, make_assignment_lesson
from tests.submissions import store_submission, stored

MANY = 20


@pytest.fixture
def held(course):
    return make_assignment_lesson(course, release="held")


def test_of_many_markers_with_the_same_reading_one_grades(at_once, learner, homework):
    submission = store_submission(learner, homework)
    givens = [Given(by=number, points=Decimal(number % 10), expect={2}) for number in range(1, MANY + 1)]

    results = at_once(*[lambda given=given: marking.mark(submission, given) for given in givens])

    assert [type(each) for each in results].count(EditConflict) == MANY - 1
    found = stored(submission)
    [winner] = [each for each in results if not isinstance(each, EditConflict)]
    assert found["grade"]["by"] == winner["grade"]["by"]
    assert (found["revision"], len(found["history"]), len(found["pending_events"])) == (3, 1, 1)


def test_a_marker_who_has_read_nothing_does_not_overwrite_a_grade_that_came_meanwhile(at_once, learner, homework):
    submission = store_submission(learner, homework)

    results = at_once(*[lambda by=by: marking.mark(submission, Given(by=by, points=Decimal(by))) for by in (3, 7)])

    found = stored(submission)
    graded = [each for each in results if not isinstance(each, EditConflict)]
    assert {type(each) for each in results} <= {EditConflict, dict}
    assert len(found["history"]) == len(graded) == found["grade"]["revision"]


def test_the_same_grade_many_times_is_one(at_once, learner, homework):
    submission = store_submission(learner, homework)
    given = Given(by=3, points=Decimal(5), comment="Good.")

    results = at_once(*[lambda: marking.mark(submission, given)] * MANY)

    # One that reads before the grade and writes after it is told so.
    assert {type(each) for each in results} <= {dict, EditConflict}
    assert len(stored(submission)["history"]) == 1


def test_of_many_claims_one_holds(at_once, learner, homework):
    submission = store_submission(learner, homework)

    results = at_once(*[lambda by=by: claims.claim(submission, by=by) for by in range(1, MANY + 1)])

    assert [type(each) for each in results].count(BeingGraded) == MANY - 1
    [won] = [each["by"] for each in results if isinstance(each, dict)]
    assert stored(submission)["claim"]["by"] == won


@pytest.mark.parametrize(
    "change",
    [
        lambda submission: marking.mark(submission, Given(by=1, points=Decimal(5))),
        lambda submission: returning.give_back(submission, comment="Again.", by=1),
    ],
)
def test_a_claim_that_comes_meanwhile_holds(learner, homework, monkeypatch, change):
    submission, require_free = store_submission(learner, homework), claims.require_free

    def require_and_claim(*args, **kwargs):
        require_free(*args, **kwargs)
        claims.claim(submission, by=2)

    monkeypatch.setattr(claims, "require_free", require_and_claim)

    with pytest.raises(BeingGraded):
        change(submission)

    assert (stored(submission)["claim"]["by"], stored(submission)["history"]) == (2, [])


def release(lesson, submission_ids=None):
    released = releasing.release(lesson.id, by=1, submission_ids=submission_ids)
    db.session.rollback()
    return released


@pytest.mark.parametrize("round_", range(5))
def test_a_release_and_a_grade_have_one_outcome(at_once, learner, held, round_):
    submission = store_submission(learner, held)
    marking.mark(submission, Given(by=1, points=Decimal(5)))

    at_once(lambda: release(held), lambda: marking.mark(submission, Given(by=1, points=Decimal(9))))

    found = stored(submission)
    seen = found["released"]["points"].to_decimal()
    assert found["grade"]["points"].to_decimal() == 9
    # What was released is what was graded by then; the rest is left for the next release.
    assert release(held) == (1 if seen == 5 else 0)
    assert stored(submission)["released"]["points"].to_decimal() == 9
    assert [each["cause"] for each in found["history"]].count("graded") == 2


def test_many_releases_release_each_grade_once(at_once, course, held):
    for _ in range(10):
        marking.mark(store_submission(learner_of(course), held), Given(by=1, points=Decimal(5)))

    results = at_once(*[lambda: release(held)] * 10)

    assert sum(results) == 10
    for found in Submission.collection().find():
        assert [each["cause"] for each in found["history"]] == ["graded", "released"]
        assert len(found["pending_events"]) == 1


def test_a_return_and_a_grade_both_count(at_once, learner, homework):
    submission = store_submission(learner, homework)

    at_once(
        lambda: returning.give_back(submission, comment="Again.", by=1),
        lambda: marking.mark(submission, Given(by=1, points=Decimal(5))),
    )

    found = stored(submission)
    assert (found["state"], found["grade"]["points"].to_decimal()) == ("returned", 5)
    assert sorted(each["cause"] for each in found["history"]) == ["graded", "returned"]


def test_a_change_of_lateness_does_not_keep_a_marker_from_grading(at_once, learner, homework):
    submission = store_submission(learner, homework)
    late = {"$set": {"late_seconds": 60, "penalty": Decimal128("10")}, "$inc": {"revision": 1}}

    def recompute():
        Submission.collection().update_one({"_id": handed_in.find(submission)["_id"]}, late)

    at_once(*[recompute] * 5, lambda: marking.mark(submission, Given(by=1, points=Decimal(5))))

    assert stored(submission)["grade"]["points"].to_decimal() == 5


def test_a_grade_is_followed_however_often(learner, homework):
    submission = marking.mark(store_submission(learner, homework), Given(by=1, points=Decimal(5)))

    assert completing.follow(submission) == submission
