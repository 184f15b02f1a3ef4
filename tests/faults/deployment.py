"""All of LearnStream on its own stores; every part may be killed and restarts on the same data."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from random import choice
from typing import Any, Self

import psycopg2
from celery import Celery
from pymongo import MongoClient
from pymongo.database import Database

from devstack.services.process import Service
from devstack.services.stack import Stack
from tests.faults.seeder import Seeder
from tests.faults.system import System, running
from tests.server import ROOT

PROCFILE = ROOT / "Procfile"


class Worker:
    """The Procfile's Celery worker with its beat; `app` replaces the application that it runs."""

    def __init__(self, environment: dict[str, str], log: Path, app: str = "wsgi.celery") -> None:
        line = next(line for line in PROCFILE.read_text().splitlines() if line.startswith("worker:"))
        words = shlex.split(line.removeprefix("worker:").replace("wsgi.celery", app))
        settings = dict(word.split("=", 1) for word in takewhile(lambda word: "=" in word, words))
        self._command = [sys.executable, "-m", *words[len(settings) :]]
        self._environment = environment | settings
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it together with its beat, which is a separate process and would continue."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def run_sql(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement in its own transaction and connection; return its rows, if it has any."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@dataclass(frozen=True)
class Deployment:
    """Everything that runs, with access to the stores past the application."""

    system: System
    seeder: Seeder
    stack: Stack
    worker: Worker
    mongo: Database[dict[str, Any]]
    broker: Celery

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement in its own transaction; return its rows, if it has any."""
        return run_sql(self.stack.postgres.url, statement, *values)

    def kill(self, part: str) -> None:
        """Kill a part with SIGKILL, and restart it as its supervisor would."""
        PARTS[part](self)

    def tasks(self, *names: str) -> None:
        """Let the worker run scheduled tasks before they are due."""
        for name in names:
            self.broker.send_task(f"learnstream.{name}")


def kill_web_worker(deployment: Deployment) -> None:
    """Kill a web worker; Gunicorn starts another one by itself."""
    os.kill(choice(sorted(deployment.system.server.workers())), signal.SIGKILL)


def kill_worker(deployment: Deployment) -> None:
    deployment.worker.kill()
    deployment.worker.start()


def kill_store(service: Service) -> None:
    service.kill()
    service.start()


PARTS: dict[str, Callable[[Deployment], None]] = {
    "web worker": kill_web_worker,
    "Celery worker": kill_worker,
    "MongoDB": lambda deployment: kill_store(deployment.stack.mongodb),
    "PostgreSQL": lambda deployment: kill_store(deployment.stack.postgres),
}


@contextmanager
def start_deployment(directory: Path) -> Iterator[Deployment]:
    """Start everything. The stores keep acknowledged writes, as in production."""
    with (
        Stack(ROOT, ephemeral=True, durable=True, environ={}) as stack,
        running(stack.environment(), directory, WEB_CONCURRENCY="2") as system,
        Worker(system.environment, directory / "worker.log") as worker,
        MongoClient[dict[str, Any]](stack.mongodb.url, tz_aware=True) as client,
        Celery(broker=stack.redis.url) as broker,
    ):
        yield Deployment(system, system.seeder, stack, worker, client.get_default_database(), broker)
