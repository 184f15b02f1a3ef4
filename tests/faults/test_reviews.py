"""Processes that are killed while a review is written, deleted or hidden: it counts exactly once."""

import json
import os
import signal
import subprocess
import sys

import pytest

from learnstream.documents import Review
from learnstream.models import Role
from learnstream.services.reviews import counting
from tests.factories import make_person
from tests.reviews import begun, counted_anew, put_review, rating_of, review
from tests.server import ROOT

MOMENTS = ("started", "succeeded")
# The review, the rating, and that the review was counted.
WRITES = 3


def moments(*shown):
    """Return every moment of the writes as a parameter; all but the `shown` ones are thorough."""
    return [
        pytest.param(moment, number, marks=() if (moment, number) in shown else pytest.mark.thorough)
        for number in range(1, WRITES + 1)
        for moment in MOMENTS
    ]


@pytest.fixture
def reader(course):
    return begun(course, "Rita")


@pytest.fixture
def killed(settings):
    """Run a request in a process that is killed at a write to MongoDB."""

    def killed(moment, write, method, path, token, **body):
        command = [sys.executable, "-m", "tests.faults.attempt_and_die", moment, str(write)]
        done = subprocess.run(
            [*command, method, path, token, json.dumps(body)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **settings},
            capture_output=True,
            text=True,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return killed


def assert_exact(course, number):
    counting.count_waiting()
    assert rating_of(course)["stars"] == counted_anew(course)
    assert rating_of(course)["count"] == number
    assert Review.collection().count_documents({"uncounted": True}) == 0


@pytest.mark.parametrize(("moment", "write"), moments(("succeeded", 1), ("succeeded", 3)))
def test_a_review_that_is_killed_counts_once(client, reader, course, killed, moment, write):
    review(make_person(Role.STUDENT), course, 2)

    killed(moment, write, "PUT", f"/courses/{course.id}/reviews/mine", reader.token, stars=4)

    assert_exact(course, number=1 if (moment, write) == ("started", 1) else 2)
    put_review(client, reader, course, stars=4)
    assert_exact(course, number=2)


@pytest.mark.parametrize(("moment", "write"), moments(("succeeded", 2)))
def test_a_changed_review_that_is_killed_counts_once(client, reader, course, killed, moment, write):
    put_review(client, reader, course, stars=1)

    killed(moment, write, "PUT", f"/courses/{course.id}/reviews/mine", reader.token, stars=5)

    assert_exact(course, number=1)


@pytest.mark.parametrize(("moment", "write"), moments(("succeeded", 1)))
def test_a_deletion_that_is_killed_counts_once(client, reader, course, killed, moment, write):
    put_review(client, reader, course, stars=1)

    killed(moment, write, "DELETE", f"/courses/{course.id}/reviews/mine", reader.token)

    is_deleted = (moment, write) != ("started", 1)
    assert_exact(course, number=0 if is_deleted else 1)
    assert client.delete(f"/courses/{course.id}/reviews/mine", auth=reader).status_code == (404 if is_deleted else 204)


@pytest.mark.parametrize(("moment", "write"), moments(("succeeded", 1)))
def test_hiding_that_is_killed_counts_once(client, reader, admin, course, killed, moment, write):
    review_id = put_review(client, reader, course, stars=1).json["id"]
    path = f"/admin/reviews/{review_id}/hide"

    killed(moment, write, "POST", path, admin.token, reason="Spam")
    assert_exact(course, number=1 if (moment, write) == ("started", 1) else 0)

    assert client.post(path, json={"reason": "Spam"}, auth=admin).status_code == 200
    assert_exact(course, number=0)
    assert [each["type"] for each in Review.collection().find_one({})["pending_events"]] == ["review.hidden"]
