"""A worker that is killed while it prepares digests: each is sent once, with all that waited."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import update

from learnstream.clock import now
from learnstream.documents.notification import NoticeKind, NoticeMail, Notification
from learnstream.models import User
from learnstream.models.digest_schedule import DigestSchedule
from learnstream.services.messaging import digests, sending
from learnstream.stores.sql import db
from tests.faults.test_attempts import moments
from tests.notices import notices, tell_of
from tests.server import ROOT

# Two batches of two people.
WRITES = moments(2, ("succeeded", 1))
COMMITS = [
    pytest.param("before_commit", 1),
    *(
        pytest.param(moment, number, marks=pytest.mark.thorough)
        for moment, number in (("after_commit", 1), ("before_commit", 2), ("after_commit", 2))
    ),
]


@pytest.fixture
def people(learner, stranger, owner, admin):
    """Four people whom a digest is due, in a time zone in which it is about noon."""
    people = [learner, stranger, owner, admin]
    # Their names have the opposite sign of their offsets.
    behind = now().hour - 12
    db.session.execute(update(User).values(timezone=f"Etc/GMT{behind:+}" if behind else "Etc/GMT"))
    for course in ("Stars", "Planets"):
        tell_of(*people, kind=NoticeKind.COURSE_VERSION, facts={"course": course})
    db.session.execute(update(DigestSchedule).values(due_at=now() - timedelta(minutes=1)))
    db.session.commit()
    return people


@pytest.mark.parametrize(("moment", "number"), [*WRITES, *COMMITS])
def test_digests_of_a_killed_worker_are_sent_once(settings, post, people, moment, number):
    command = [sys.executable, "-m", "tests.faults.digest_and_die", moment, str(number)]
    environment = {
        "PATH": os.environ["PATH"],
        **settings,
        **post.environment(),
        "PUBLIC_URL": "https://api.school.test",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr

    digests.prepare_due()
    sending.send_due()

    assert sorted(mail["to"] for mail in post.messages()) == sorted(each.email for each in people)
    for mail in post.messages():
        assert [name in mail["text"] for name in ("“Stars” has", "“Planets” has")] == [True, True]
    assert {each["mail"] for each in notices(*people)} == {"sent"}
    assert digests.prepare_due() == 0


def test_what_was_assigned_to_a_digest_that_was_never_sent_is_in_the_next(post, people):
    # By a worker that was killed, on the day before.
    unsent = {"mail": NoticeMail.SENT.value, "digest": (now() - timedelta(days=2)).date().isoformat()}
    Notification.collection().update_many({}, {"$set": unsent})

    assert digests.prepare_due() == len(people)
    assert sending.send_due() == len(people)
    assert {each["digest"] for each in notices(*people)} != {unsent["digest"]}
