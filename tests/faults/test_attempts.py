"""Processes that are killed while attempts are started, saved, submitted and marked: nothing is lost, nothing happens twice."""

import json
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import update

from learnstream.clock import now
from learnstream.documents import Attempt, Progress
from learnstream.models import Event, OutboxMessage
from learnstream.services.analytics import pending_events
from learnstream.services.assessment import expiry, regrades
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.attempts import answer_of, given, read, save, start, submit
from tests.factories import make_person, make_question, make_quiz_lesson, make_seat
from tests.server import ROOT

MOMENTS = ("started", "succeeded")
LEARNERS = 4


def moments(writes, *shown):
    """Return every moment of so many writes as a parameter; all but the `shown` ones are thorough."""
    return [
        pytest.param(moment, number, marks=() if (moment, number) in shown else pytest.mark.thorough)
        for number in range(1, writes + 1)
        for moment in MOMENTS
    ]


@pytest.fixture
def question(course):
    return make_question(course, "true_false")


@pytest.fixture
def lesson(course, question):
    return make_quiz_lesson(course, [question], time_limit=60)


@pytest.fixture
def killed(settings):
    """Run a process that is killed; without a request, it is the job."""

    def killed(moment, write, *request):
        command = [sys.executable, "-m", "tests.faults.attempt_and_die", moment, str(write), *request]
        done = subprocess.run(
            command, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, capture_output=True, text=True
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return killed


def attempts():
    return list(Attempt.collection().find())


def recorded_events():
    pending_events.move()
    db.session.rollback()
    return sorted(each.type for each in db.session.query(Event) if each.type.startswith(("attempt.", "lesson.")))


@pytest.mark.parametrize(("moment", "write"), moments(2, ("succeeded", 2)))
def test_a_start_that_is_killed_is_repeated(client, learner, lesson, killed, moment, write):
    killed(moment, write, "POST", f"/lessons/{lesson.id}/attempts", learner.token)

    is_stored = (moment, write) == ("succeeded", 2)
    attempt = start(client, learner, lesson, status=200 if is_stored else 201)

    assert [(str(each["_id"]), each["number"]) for each in attempts()] == [(attempt["id"], 1)]


@pytest.mark.parametrize(("moment", "write"), moments(1, ("succeeded", 1)))
def test_a_save_that_is_killed_is_repeated(client, learner, lesson, question, killed, moment, write):
    attempt = start(client, learner, lesson)
    sent = given(question, True)
    killed(moment, write, "PUT", f"/attempts/{attempt['id']}/answers", learner.token, json.dumps({"answers": [sent]}))
    before = answer_of(read(client, learner, attempt))

    saved = save(client, learner, attempt, sent)

    assert before is (True if moment == "succeeded" else None)
    assert saved["kept"] == [{"question_id": question, "seq": sent["seq"]}]


@pytest.mark.parametrize(("moment", "write"), moments(3, ("succeeded", 1)))
@pytest.mark.parametrize("way", ["repeated", pytest.param("job", marks=pytest.mark.thorough)])
def test_a_submission_that_is_killed_is_completed(
    client, learner, lesson, question, killed, move_clock, moment, write, way
):
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))
    killed(moment, write, "POST", f"/attempts/{attempt['id']}/submit", learner.token)

    if way == "repeated":
        submit(client, learner, attempt)
    else:
        move_clock(seconds=76)
        expiry.submit_due()
        expiry.follow_results()

    [found] = attempts()
    assert (found["state"], found["passed"], found["completion_due"]) == ("submitted", True, False)
    assert Progress.collection().count_documents({"completed_at": {"$ne": None}}) == 1
    assert recorded_events() == ["attempt.submitted", "lesson.completed"]


@pytest.mark.parametrize(("moment", "write"), moments(3, ("succeeded", 1)))
def test_a_mark_that_is_killed_is_repeated(client, course, owner, learner, killed, moment, write):
    essay = make_question(course, "essay")
    attempt = start(client, learner, make_quiz_lesson(course, [essay]))
    save(client, learner, attempt, given(essay, "The moon shines."))
    submit(client, learner, attempt)
    path, mark = f"/attempts/{attempt['id']}/answers/{essay}", {"points": 1, "comment": "Well argued."}
    killed(moment, write, "PATCH", path, owner.token, json.dumps(mark))

    marked = client.patch(path, json=mark, auth=owner).json
    [found] = attempts()

    assert (marked["score"], marked["awaiting"], marked["passed"]) == (1, 0, True)
    assert ([each["cause"] for each in found["history"]], found["completion_due"]) == (["marked"], False)
    assert recorded_events() == ["attempt.result_changed", "attempt.submitted", "lesson.completed"]


@pytest.mark.parametrize(("moment", "write"), moments(3 * LEARNERS, ("started", 5), ("succeeded", 4)))
def test_a_job_that_is_killed_is_continued(client, course, lesson, question, killed, move_clock, moment, write):
    for _ in range(LEARNERS):
        person = make_person()
        make_seat(person, course)
        save(client, person, start(client, person, lesson), given(question, True))
    Attempt.collection().update_many({}, [{"$set": {"submit_at": "$started_at", "deadline_at": "$started_at"}}])
    killed(moment, write)

    expiry.submit_due()
    expiry.follow_results()

    assert [each["score"].to_decimal() for each in attempts()] == [1] * LEARNERS
    assert Progress.collection().count_documents({"completed_at": {"$ne": None}}) == LEARNERS
    assert recorded_events() == ["attempt.submitted"] * LEARNERS + ["lesson.completed"] * LEARNERS


@pytest.mark.parametrize(("moment", "write"), moments(3 * LEARNERS + 2, ("started", 6)))
def test_a_regrade_that_is_killed_is_continued(client, course, owner, lesson, question, killed, moment, write):
    for _ in range(LEARNERS):
        person = make_person()
        make_seat(person, course)
        submit(client, person, start(client, person, lesson))
    body = {"from_version": 1, "rule": "full_points", "reason": "A misprint."}
    requested = client.post(f"/questions/{question}/regrade", json=body, auth=owner).json
    killed(moment, write)
    db.session.rollback()
    db.session.execute(update(OutboxMessage).values(next_try_at=now()))
    db.session.commit()

    outbox.relay(topic=regrades.TOPIC)
    expiry.follow_results()

    found = client.get(f"/questions/{question}/regrades/{requested['id']}", auth=owner).json
    assert (found["state"], found["done"], found["changed"]) == ("done", LEARNERS, LEARNERS)
    assert [[entry["cause"] for entry in each["history"]] for each in attempts()] == [["regraded"]] * LEARNERS
    assert {(each["passed"], each["completion_due"]) for each in attempts()} == {(True, False)}
    names = ("attempt.result_changed", "attempt.submitted", "lesson.completed")
    assert recorded_events() == [name for name in names for _ in range(LEARNERS)]
