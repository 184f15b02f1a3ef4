"""Two workers, each with its scheduler, while MongoDB is frozen and Redis emptied: nobody is told or mailed twice."""

import os
import signal
import time
from collections import Counter

import pytest
from celery import Celery
from pymongo import MongoClient
from redis import Redis

from devstack.mail import MailCatcher
from devstack.services.stack import Stack
from tests.faults.deployment import Worker, run_sql
from tests.faults.system import running
from tests.server import ROOT
from tests.waiting import within

PATIENCE = 90.0  # on a busy machine
LEARNERS = 12
FROZEN = 4.0  # seconds; longer than a call to MongoDB may take
JOBS = ("prepare_digests", "publish_announcements", "catch_up_search", "compare_search")


@pytest.mark.thorough
def test_two_workers_tell_and_mail_everybody_once(tmp_path):
    with (
        Stack(ROOT, ephemeral=True, durable=True, environ={}) as stack,
        MailCatcher() as catcher,
        MongoClient(stack.mongodb.url) as client,
        Celery(broker=stack.redis.url) as broker,
        running(stack.environment(), tmp_path, **catcher.environment(), PUBLIC_URL="https://api.school.test") as system,
        Worker(system.environment, tmp_path / "one.log"),
        Worker(system.environment, tmp_path / "other.log"),
    ):
        seeder, mongo = system.seeder, client.get_default_database()
        owner = seeder.instructor()
        course_id, _ = seeder.course_of_texts(owner, 1)
        people = [seeder.learner_of(course_id).id for _ in range(LEARNERS)]
        run_sql(stack.postgres.url, "UPDATE users SET email_verified_at = now()")

        def told(kind):
            return Counter(each["user_id"] for each in mongo.notifications.find({"kind": kind}))

        def mailed(template):
            rows = run_sql(stack.postgres.url, "SELECT user_id FROM mails WHERE template = %s", template)
            return Counter(user_id for (user_id,) in rows)

        announcement = {"title": "Tonight", "text": "It is clear.", "status": "published"}
        owner.request_json("POST", f"/courses/{course_id}/announcements", **announcement)
        os.kill(stack.mongodb.pid, signal.SIGSTOP)
        time.sleep(FROZEN)
        os.kill(stack.mongodb.pid, signal.SIGCONT)
        Redis.from_url(stack.redis.url).flushall()
        within(PATIENCE, lambda: told("announcement") == mailed("announcement") == Counter(people))

        owner.request_json("POST", f"/courses/{course_id}/publish")
        within(PATIENCE, lambda: told("course_version") == Counter(people))
        # A zone in which it is about noon; names have the opposite sign of their offsets.
        behind = time.gmtime().tm_hour - 12
        run_sql(stack.postgres.url, "UPDATE users SET timezone = %s", f"Etc/GMT{behind:+}" if behind else "Etc/GMT")
        due = "UPDATE digest_schedules SET due_at = now() - interval '1 minute'"
        within(PATIENCE, lambda: len(run_sql(stack.postgres.url, f"{due} RETURNING 1")) == LEARNERS)
        for name in JOBS * 5:
            broker.send_task(f"learnstream.{name}")
        within(PATIENCE, lambda: mailed("digest") == Counter(people))
        within(PATIENCE, lambda: mongo.search_entries.count_documents({"kind": "course"}) == 1)
        assert told("announcement") == mailed("announcement") == told("course_version") == Counter(people)
