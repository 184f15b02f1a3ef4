"""The worker's queues and threads: what hangs in one queue delays no other."""

import re
from pathlib import Path

from config import load
from learnstream.extensions import celery
from learnstream.services.commerce import event_queue
from learnstream.services.foundation.followers import registered
from learnstream.services.foundation.outbox import topics
from learnstream.services.media.file_queue import LANES, removal
from learnstream.services.messaging.queue import outgoing

ROOT = Path(__file__).parents[2]
MAX_CONNECTIONS = 20  # of Heroku's smallest PostgreSQL
NAME = re.compile(r"[a-z][a-z-]{1,39}")


def worker_line():
    return next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("worker:"))


def number(pattern):
    return int(re.search(pattern, worker_line())[1])


def test_the_worker_has_more_threads_than_can_hang():
    scheduled = {entry["task"] for entry in celery.conf.beat_schedule.values()}

    assert number(r"--concurrency (\d+)") > len(registered) + len(topics) + len(scheduled)


def test_web_and_worker_fit_into_the_smallest_database(settings):
    web = load(settings).DB_POOL_SIZE * 2

    assert web + number(r"DB_POOL_SIZE=(\d+)") <= MAX_CONNECTIONS


def test_every_follower_every_topic_mail_files_and_payments_have_queues_of_their_own():
    queues = [queue.name for queue in celery.conf.task_queues]

    assert len(set(queues)) == len(queues) == 3 + len(LANES) + len(event_queue.LANES) + len(registered) + len(topics)
    assert {
        each.queue for each in (*registered.values(), *topics.values(), outgoing, *LANES, removal, *event_queue.LANES)
    } < set(queues)


def test_names_of_followers_fit_into_their_column():
    assert [name for name in registered if not NAME.fullmatch(name)] == []
