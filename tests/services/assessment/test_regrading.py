"""Regrades that are interrupted, and those that meet other changes."""

from decimal import Decimal

import pytest

from learnstream.documents import Attempt
from learnstream.documents.regrade import Regrade, RegradeRule
from learnstream.services.assessment import hand_marking, regrades, regrading, submitting
from learnstream.services.assessment.hand_marking import Given
from learnstream.services.quizzes import questions
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat, owner_of


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def attempts(course, start, make_quiz, learner):
    """Attempts in progress of five learners, with the question unanswered; the last two are submitted."""
    lesson = make_quiz()
    people = [learner, *(make_person(name=f"Max {number}") for number in range(4))]
    for person in people[1:]:
        make_seat(person, course)
    found = [start(lesson, person)[0] for person in people]
    for attempt in found[3:]:
        submitting.submit(str(attempt["_id"]), user_id=attempt["user_id"])
    return found


@pytest.fixture
def payload(course, question, attempts):
    """The command of a regrade that gives everybody the point."""
    about = {"from_version": 1, "rule": RegradeRule.FULL_POINTS, "may_lower": False, "reason": "A misprint."}
    regrade = regrades.request(regrades.prepare(questions.find(question), by=owner_of(course), **about))
    db.session.commit()
    return {"regrade_id": str(regrade["_id"])}


def submit(attempt):
    return submitting.submit(str(attempt["_id"]), user_id=attempt["user_id"])


def outcomes():
    return {(each["score"].to_decimal(), each["passed"]) for each in Attempt.collection().find({"state": "submitted"})}


def test_one_that_was_interrupted_is_continued(app, attempts, payload, monkeypatch):
    monkeypatch.setattr(regrading, "BATCH", 1)
    follow, calls = regrading.completing.follow, []

    def die_at_the_second(attempt):
        calls.append(attempt)
        if len(calls) == 2:
            raise Killed
        return follow(attempt)

    monkeypatch.setattr(regrading.completing, "follow", die_at_the_second)
    with pytest.raises(Killed):
        regrading.run(payload)
    monkeypatch.setattr(regrading.completing, "follow", follow)

    regrading.run(payload)
    regrading.run(payload)

    assert outcomes() == {(1, True)}
    [found] = Regrade.collection().find()
    assert (found["state"], found["done"], found["changed"]) == ("done", 5, 2)
    assert [len(each.get("history", ())) for each in Attempt.collection().find(sort=[("_id", 1)])] == [0, 0, 0, 1, 1]


def test_submitting_at_the_same_time_has_one_outcome(at_once, attempts, payload):
    at_once(*[lambda each=each: submit(each) for each in attempts[:3]], *[lambda: regrading.run(payload)] * 3)

    assert outcomes() == {(1, True)}


def test_marking_at_the_same_time_has_one_outcome(at_once, attempts, payload, question, course):
    marked = str(attempts[3]["_id"])

    def mark():
        return hand_marking.mark(marked, question, Given(Decimal(0), "Copied.", owner_of(course), None))

    results = at_once(mark, lambda: regrading.run(payload))

    assert [each for each in results if isinstance(each, Exception)] == []
    found = Attempt.collection().find_one({"_id": attempts[3]["_id"]})
    assert (found["marks"][question]["comment"], found["score"].to_decimal()) == ("Copied.", 0)


def test_a_later_regrade_waits_for_the_earlier_one(attempts, payload, course, question):
    Regrade.collection().update_one({}, {"$set": {"state": "running"}})
    about = {"from_version": 1, "rule": RegradeRule.DROP_QUESTION, "may_lower": True, "reason": "A misprint."}
    later = regrades.request(regrades.prepare(questions.find(question), by=owner_of(course), **about))

    with pytest.raises(regrading.EarlierOneRuns):
        regrading.run({"regrade_id": str(later["_id"])})
