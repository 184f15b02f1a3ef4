"""A class that takes a quiz at the same time, a thousand attempts whose time is over at once, and a regrade."""

import argparse
import http.client
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from bson import ObjectId

from bench import report
from bench.copies import add_copies
from bench.load import JSON
from bench.quizzes import QUESTIONS, Quizzes, answer_to
from bench.report import Table
from bench.rounds import costs
from bench.students import Student, auth_headers
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.regrade import RegradeRule
from learnstream.services.assessment import expiry, regrade_preview, regrades, regrading, saving
from learnstream.services.quizzes import questions
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db

LEARNERS = 300
STARTING_SECONDS = 10
SAVE_EVERY = 5.0  # seconds
SAVES = 8
P95_TARGET = 250  # milliseconds
DUE = 1000
DUE_TARGET = 60  # seconds
REGRADED = 10_000
REGRADED_TARGET = 120  # seconds
SCALE = 100
SCALE_TARGET = 1.3


@dataclass
class Learner:
    """A learner's requests: their times in milliseconds, their statuses, and the answers that were acknowledged."""

    student: Student
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    kept: dict[str, int] = field(default_factory=dict)
    attempt_id: str = ""

    def take(self, url: str, lesson_id: str, begin: float) -> None:
        """Start an attempt at a time of `time.monotonic`, and save an answer every few seconds."""
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=15)
        _wait_until(begin)
        attempt = self._send(connection, "POST", f"/lessons/{lesson_id}/attempts", {})
        self.attempt_id = attempt["id"]
        for number in range(SAVES):
            _wait_until(begin + SAVE_EVERY * (number + 1))
            self._save(connection, attempt["questions"][number % QUESTIONS], number)
        connection.close()

    def _save(self, connection: http.client.HTTPConnection, question: dict[str, Any], seq: int) -> None:
        answer = {"question_id": question["question_id"], "answer": answer_to(question), "seq": seq}
        body = {"answers": [{**answer, "client_time": now().isoformat()}]}
        saved = self._send(connection, "PUT", f"/attempts/{self.attempt_id}/answers", body)
        for each in saved.get("kept", ()):
            self.kept[each["question_id"]] = each["seq"]

    def _send(self, connection: http.client.HTTPConnection, method: str, path: str, body: Any) -> Any:
        started = time.perf_counter()
        connection.request(method, path, json.dumps(body).encode(), auth_headers(self.student) | JSON)
        response = connection.getresponse()
        answered = json.loads(response.read())
        self.times.append((time.perf_counter() - started) * 1000)
        self.statuses[response.status] += 1
        return answered

    def lost(self) -> int:
        """Return how many acknowledged answers are not stored."""
        attempt = Attempt.collection().find_one({"_id": ObjectId(self.attempt_id)})
        stored = {each: answer["seq"] for each, answer in attempt["answers"].items()} if attempt else {}
        return sum(stored.get(question_id) != seq for question_id, seq in self.kept.items())


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure a class, the clock's submissions, and the cost of a request among a hundred times the attempts."""
    with step("creating quizzes"):
        quizzes = Quizzes(testbed.dataset, testbed.dataset.students[:LEARNERS])
    return [_class(testbed, quizzes), _scale(testbed, options), *_due_and_regraded(testbed)]


def _class(testbed: Testbed, quizzes: Quizzes) -> Table:
    learners = [Learner(student) for student in quizzes.students]
    first = time.monotonic() + 1
    with ThreadPoolExecutor(len(learners)) as threads:
        begins = [first + STARTING_SECONDS * random.random() for _ in learners]
        url, lesson_id = testbed.application.url, quizzes.lessons[0]
        list(threads.map(lambda learner, begin: learner.take(url, lesson_id, begin), learners, begins))
    times = [each for learner in learners for each in learner.times]
    statuses = sum((learner.statuses for learner in learners), Counter[int]())
    lost, refused = sum(learner.lost() for learner in learners), sum(statuses.values()) - statuses[200] - statuses[201]
    p95 = quantiles(times, n=20)[-1]
    figures = (str(len(times)), f"{median(times):.0f}", f"{p95:.0f}", f"{max(times):.0f}", str(lost), str(refused))
    target = report.verdict(p95 <= P95_TARGET and not lost and not refused)
    return Table(
        title="A class that takes a quiz",
        columns=("requests", "p50 ms", "p95 ms", "longest ms", "lost", "refused", "target", ""),
        rows=[(*figures, f"p95 at most {P95_TARGET} ms", target)],
        note=f"{LEARNERS} learners start within {STARTING_SECONDS} s, and save an answer every {SAVE_EVERY:.0f} s.",
        data=[{"p95": p95, "lost": lost, "refused": refused}],
    )


def _due_and_regraded(testbed: Testbed) -> list[Table]:
    missing = DUE - len(testbed.dataset.students)
    if missing > 0:
        testbed.dataset.add_students(missing)
    with step(f"starting {DUE:,} attempts, and answering all questions"):
        quizzes = Quizzes(testbed.dataset, testbed.dataset.students[:DUE], quizzes=1)
        for student in quizzes.students:
            _answer_all(student, quizzes.start(student, quizzes.lessons[0]))
    return [_due(quizzes), _regraded(testbed, quizzes)]


def _due(quizzes: Quizzes) -> Table:
    running = {"lesson_id": ObjectId(quizzes.lessons[0]), "state": AttemptState.IN_PROGRESS.value}
    Attempt.collection().update_many(running, {"$set": {"submit_at": now(), "deadline_at": now()}})
    started = time.perf_counter()
    submitted = expiry.submit_due()
    seconds = time.perf_counter() - started
    left = Attempt.collection().count_documents(running | {"submit_at": {"$lte": now()}})
    return Table(
        title="Attempts whose time is over at once",
        columns=("attempts", "submitted", "seconds", "target", ""),
        rows=[
            (
                f"{DUE:,}",
                f"{submitted:,}",
                f"{seconds:.1f}",
                f"at most {DUE_TARGET} s",
                report.verdict(seconds <= DUE_TARGET and not left),
            )
        ],
        note=f"Of {QUESTIONS} questions, all answered; by one worker, which begins up to ten seconds later.",
        data=[{"seconds": seconds, "submitted": submitted}],
    )


def _regraded(testbed: Testbed, quizzes: Quizzes) -> Table:
    """Give everybody the points of a question, of which each attempt has marked another one differently."""
    with step(f"copying attempts until there are {REGRADED:,}"):
        _copy_attempts(quizzes.lessons[0], REGRADED)
    question_id = str(questions.browse(quizzes.course_id, part=Part(1)).entries[0]["_id"])
    rule: dict[str, Any] = {
        "from_version": 1,
        "rule": RegradeRule.FULL_POINTS,
        "may_lower": False,
        "reason": "A misprint.",
    }
    regrade = regrades.prepare(questions.find(question_id), by=testbed.dataset.instructor, **rule)
    started = time.perf_counter()
    found = regrade_preview.preview(regrade)
    preview_seconds = time.perf_counter() - started
    requested = regrades.request(regrade)
    db.session.commit()
    started = time.perf_counter()
    regrading.run({"regrade_id": str(requested["_id"])})
    seconds = time.perf_counter() - started
    done = regrades.find(question_id, str(requested["_id"]))
    return Table(
        title="A question that is regraded",
        columns=("attempts", "changed", "preview, s", "seconds", "target", ""),
        rows=[
            (
                f"{done['done']:,}",
                f"{done['changed']:,}",
                f"{preview_seconds:.1f}",
                f"{seconds:.1f}",
                f"at most {REGRADED_TARGET} s",
                report.verdict(seconds <= REGRADED_TARGET and found["changed"] == done["changed"] > 0),
            )
        ],
        note=f"Of {QUESTIONS} questions each, by one worker.",
        data=[{"seconds": seconds, "preview_seconds": preview_seconds, "changed": done["changed"]}],
    )


def _copy_attempts(lesson_id: str, wanted: int) -> None:
    """Add copies of a lesson's attempts, of users of their own, until there are as many as wanted."""
    originals = list(Attempt.collection().find({"lesson_id": ObjectId(lesson_id)}))
    for number in range(wanted // len(originals) - 1):
        copies = [
            each | {"_id": ObjectId(), "user_id": each["user_id"] + (number + 1) * 1_000_000} for each in originals
        ]
        Attempt.collection().insert_many(copies, ordered=False)


def _answer_all(student: Student, attempt: Any) -> None:
    given = [
        {
            "question_id": question["question_id"],
            "answer": answer_to(question),
            "seq": 1,
            "client_time": now(),
            "seconds": None,
        }
        for question in attempt["questions"]
    ]
    saving.save(attempt["id"], user_id=student.id, given=given)  # type: ignore[arg-type]


def _scale(testbed: Testbed, options: argparse.Namespace) -> Table:
    scenarios = [each for each in testbed.scenarios.all() if "attempts" in each.name]
    before = costs(testbed, scenarios, options)
    with step(f"growing to {LEARNERS * SCALE:,} attempts"):
        add_copies(Attempt, LEARNERS * (SCALE - 1), state=AttemptState.SUBMITTED.value)
    after = costs(testbed, scenarios, options)
    ratios = {name: after[name] / before[name] for name in before}
    return Table(
        title="Cost with a hundred times the attempts",
        columns=("request", "ratio", "target", ""),
        rows=[
            (name, f"{ratio:.2f}", f"at most {SCALE_TARGET}", report.verdict(ratio <= SCALE_TARGET))
            for name, ratio in ratios.items()
        ],
        note=f"From {LEARNERS:,} to {LEARNERS * SCALE:,} attempts besides those of the requests, in costs of the ceiling.",
        data=[{"request": name, "ratio": ratio} for name, ratio in ratios.items()],
    )


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
