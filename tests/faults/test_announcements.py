"""A worker that is killed while it publishes announcements: each is published and told once."""

import os
import signal
import subprocess
import sys

import pytest

from learnstream.services.announcements import scheduling
from tests.announcements import announce, read, told
from tests.faults.test_attempts import moments
from tests.server import ROOT

NUMBER = 3


# As many writes as there are announcements, and one that clears their events.
@pytest.mark.parametrize(("moment", "write"), moments(NUMBER + 1, ("succeeded", 2)))
def test_announcements_of_a_killed_worker_are_told_once(client, settings, course, owner, moment, write):
    made = [announce(client, course, owner, publish_at="2026-04-01T08:00:00Z").json for _ in range(NUMBER)]
    command = [sys.executable, "-m", "tests.faults.announce_and_die", moment, str(write)]
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr

    scheduling.publish_due()

    assert sorted(each["announcement_id"] for each in told()) == sorted(each["id"] for each in made)
    assert {read(client, each, owner)["status"] for each in made} == {"published"}
    assert {read(client, each, owner)["published_at"] for each in made} != {None}
