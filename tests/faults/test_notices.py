"""Processes that are killed while people are told of events: each is told once, and gets one mail."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import select, update

from learnstream.models import Follower
from learnstream.models.mail import Mail
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events, following
from learnstream.services.messaging.notices import mailing
from learnstream.stores.sql import db
from tests.announcements import announced
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.notices import follow_events, told
from tests.plugins.mail import NOWHERE
from tests.server import ROOT

LEARNERS = 5  # three batches
MOMENTS = ("before_commit", "after_commit", "started", "succeeded")
EVERY = [(moment, number) for number in range(1, 6) for moment in MOMENTS]
DEFAULT = {("before_commit", 5), ("succeeded", 3), ("started", 5)}


@pytest.fixture
def killed(settings):
    """Tell people in a process that is killed."""

    def killed(moment, number):
        command = [sys.executable, "-m", "tests.faults.tell_and_die", moment, str(number)]
        environment = {"PATH": os.environ["PATH"], **settings, **NOWHERE}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == -signal.SIGKILL, done.stderr
        # As when the claim of the process that died has lapsed.
        db.session.execute(update(Follower).values(claimed_until=None, claimed_by=None))
        db.session.commit()

    return killed


@pytest.fixture
def people(client, course, owner, mail_configured):
    """The learners of a course, with homework handed in and an announcement that nobody has been told of yet."""
    lesson = make_assignment_lesson(course)
    people = [learner_of(course) for _ in range(LEARNERS)]
    follow_events()
    for each in people[:3]:
        hand_in(client, each, lesson)
    announced(client, course, owner)
    pending_events.move()
    events.publish()
    return people


@pytest.mark.parametrize(
    ("moment", "number"),
    [pytest.param(*each, marks=() if each in DEFAULT else pytest.mark.thorough) for each in EVERY],
)
def test_a_telling_that_was_killed_is_completed(people, owner, killed, moment, number):
    killed(moment, number)

    following.follow_all()
    mailing.request_due()

    db.session.rollback()
    assert sorted(told()) == [(owner.id, "work_submitted", 3), *((each.id, "announcement", 1) for each in people)]
    mails = db.session.scalars(select(Mail.address)).all()
    assert Counter(mails) == Counter(each.email for each in people)
